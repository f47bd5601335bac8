"""The steps, each applied once and in order."""
