"""Commands: one file a menu."""
