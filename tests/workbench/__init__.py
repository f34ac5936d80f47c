"""Claims about the window and the command line."""
