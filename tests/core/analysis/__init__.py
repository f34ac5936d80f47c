"""Claims about the ways of looking."""
