"""The status of a Europass credential: what it names, what the lists say, and whose word they are."""
