"""Layer kinds: one file each, a frozen dataclass of options with its shape, cost and module.

torch is imported where a module is built, so that a network can be read, shown and costed
without waiting for it.
"""
