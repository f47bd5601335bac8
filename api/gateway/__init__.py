"""The story all doors share: what was asked, verified, converted or looked into."""
