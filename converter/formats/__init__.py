"""One module a format: bytes to one nested tree, and back."""
