"""Claims about what a network looks at."""
