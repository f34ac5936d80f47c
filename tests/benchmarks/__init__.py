"""The performance contract, measured on this machine: one module a topic.

Each module has `NAMES`, a tuple of the names of its rows, and `rows() -> list[Row]`; it runs in a
process of its own.  `timing` holds what they share.
"""
