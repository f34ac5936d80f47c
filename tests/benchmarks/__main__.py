"""Measure one module here: `python -m tests.benchmarks MODULE` prints its rows as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

if __name__ == "__main__":
    rows = import_module(sys.argv[1]).rows()
    print(json.dumps([row._asdict() for row in rows]))
