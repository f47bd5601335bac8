"""Trusted lists in a folder: dated snapshots, how they come there, and what is told of them."""
