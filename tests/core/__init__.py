"""Claims about the engine."""
