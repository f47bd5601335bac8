"""What things look like: values and protocols, and nothing that acts."""
