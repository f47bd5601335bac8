"""Identity: what a holder's sign-in brings, what the holder agrees to, and what is kept of it: nothing."""
