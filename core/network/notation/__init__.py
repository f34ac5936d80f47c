"""Networks in words: "input 1x28x28 | conv 6@5x5 pad 2 tanh | avgpool 2 | flatten | dense 10".

A layer is its kind's word, the values of its leading options ("6@5x5"), then other options that
differ from their defaults, each as its word and its value ("pad 2", "bias no").  A layer reads the
one before it; `|` only groups them into steps.  Branches stand in brackets, joined by the sign of
the layer that ends them: "[conv 16@3x3 pad 1 + ]" adds a convolution and what it reads (an empty
branch), "[a, b]" concatenates.  Where this does not say it, a layer names what it reads: "add from
conv1, relu2".  "stem: conv 6@5x5" names a layer; otherwise it gets its kind's stem and the first
free number; the first "flatten" needs none.
"""

from __future__ import annotations

from core.network.notation.reading import Parsed, is_notation, parse, read
from core.network.notation.words import NotationError
from core.network.notation.writing import write

__all__ = ["NotationError", "Parsed", "is_notation", "parse", "read", "write"]
