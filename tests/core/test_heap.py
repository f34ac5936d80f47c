"""Memory that is freed is used again."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Pages that the system had to clear while 50 arrays of 1 MB came and went.
_COUNT = """
import resource
import numpy as np
from core.heap import keep_freed_memory
keep_freed_memory()
np.ones(2**18, np.float32), np.ones(2**18, np.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    np.ones(2**18, np.float32)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of glibc")
def test_what_is_freed_is_used_again() -> None:
    told = subprocess.run([sys.executable, "-c", _COUNT], check=True, capture_output=True)
    assert int(told.stdout) < 50
