from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.training.compiling import compiled, has_compiler

CPU = torch.device("cpu")


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)


@pytest.mark.usefixtures("no_compiler")
def test_without_a_compiler_it_says_so() -> None:
    assert not has_compiler(CPU)
    with pytest.raises(UserError, match=r"There is no C\+\+ compiler .* switch Compile off"):
        compiled(nn.Linear(2, 2), CPU)
