"""What layer kinds of one family have in common: options, sizes, texts that are read.

Layer kinds stand alone in `core.network.layers`, where each file registers itself.
"""
