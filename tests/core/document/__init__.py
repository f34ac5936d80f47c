"""Claims about what is open."""
