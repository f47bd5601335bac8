"""Whole exports: many rows in, an outcome for each, on one machine or several."""
