"""Claims about the behaviour of the workbench."""
