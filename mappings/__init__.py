"""How things correspond: tables of two-way rows against the pivot, one for each format; data alone."""
