"""What is open: one frozen value with its history, and the project file that keeps it."""
