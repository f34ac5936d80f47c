"""The benchmarks of the source checkout: found by reading, without importing what they measure."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.paths import RESOURCES

CHECKOUT = RESOURCES.parent
_FOLDER = CHECKOUT / "tests" / "benchmarks"


@dataclass(frozen=True)
class Benchmark:
    """One module, importable from the checkout, with the names of its rows."""

    module: str
    title: str
    names: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The module's own name."""
        return self.module.rpartition(".")[2]


def benchmarks() -> list[Benchmark]:
    """All benchmarks, by module.  Raises UserError where there is no source checkout."""
    if not _FOLDER.is_dir():
        raise UserError(
            "The benchmarks are not installed with the program; run this in a source checkout."
        )
    found = [_benchmark(path) for path in sorted(_FOLDER.glob("[a-z]*.py"))]
    return [benchmark for benchmark in found if benchmark.names]


def _benchmark(path: Path) -> Benchmark:
    tree = ast.parse(path.read_text("utf-8"))
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    names = (name for node in tree.body for name in _names_in(node))
    return Benchmark(f"tests.benchmarks.{path.stem}", title, tuple(names))


def _names_in(node: ast.stmt) -> tuple[str, ...]:
    """The value of `NAMES = …`; nothing for any other statement."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NAMES":
        return tuple(ast.literal_eval(node.value))
    return ()
