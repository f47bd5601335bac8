"""What a document may be wrapped in, taken off layer by layer; nothing here knows a format."""
