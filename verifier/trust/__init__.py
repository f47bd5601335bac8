"""Trust: whom a seal leads to, when it was there, and what is still in force."""
