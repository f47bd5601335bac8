"""What is older than the world: readings, pins, snapshots, and what runs us."""
