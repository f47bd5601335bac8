"""The Open Badges 2.0 data model and its extensions, as tables."""
