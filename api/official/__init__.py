"""The official schema files in a folder: kept by their digests, and handed to the verifier."""
