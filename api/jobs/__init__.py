"""Jobs: a whole export handed in, worked on by whichever instance is free, and fetched when it is done."""
