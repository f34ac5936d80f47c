"""How a network learns: the training loop, its settings, and runs on disk."""
