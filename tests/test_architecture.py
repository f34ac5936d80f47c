"""The rules of the house, checked: floors, no Qt in the engine, one idea a file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: A room imports only from floors below it; rooms of one floor do not import each other.
FLOORS = {
    "core.data": 1,
    "core.network": 2,
    "core.training": 3,
    "core.analysis": 3,
    "core.document": 4,
    "workbench": 5,
}
ENGINE = sorted((ROOT / "core").rglob("*.py"))
ALL = ENGINE + sorted((ROOT / "workbench").rglob("*.py"))

#: Each of these belongs to the one file whose job it is.
ONE_FILE = {
    "PIL": "core/data/images.py",
    "cv2": "core/data/video.py",
    "openTSNE": "core/analysis/tsne.py",
    "torchvision": "core/data/torchvision_import.py",
}


def imported(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """The modules that a file imports; `at_start`: only those that importing it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = _run_on_import(tree) if at_start else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _run_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        is_hint = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not is_hint and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from _run_on_import(node)


def room(name: str) -> str:
    """The room that a module is in; empty for the tools and for other people's modules."""
    return next((found for found in FLOORS if name == found or name.startswith(found + ".")), "")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_knows_no_window(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & {"PySide6", "pyqtgraph", "workbench"}


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    here = room(name_of(path))
    for name in imported(path):
        there = room(name)
        if there and there != here:
            assert here, f"a tool imports {name}"
            assert FLOORS[there] < FLOORS[here], f"{here} imports {name}"


@pytest.mark.parametrize("library", sorted(ONE_FILE))
def test_a_library_with_a_job_is_imported_in_one_file(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in ENGINE
        if library in {name.split(".")[0] for name in imported(path)}
    }
    assert users == {ONE_FILE[library]}


def test_the_engine_runs_where_there_is_no_qt() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['PySide6', 'pyqtgraph', 'workbench']));"
        "from core.analysis.declare import ANALYSES; from core.network.presets import PRESETS;"
        "from core.data.cameras import CAMERAS; from core.data.datasets import DATASETS;"
        "assert all(len(table) for table in (ANALYSES, PRESETS, CAMERAS, DATASETS))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_frame_of_the_window_waits_for_nothing_slow() -> None:
    code = (
        "import sys; import workbench.app;"
        "slow = {'torch', 'numpy', 'pyqtgraph', 'cv2', 'PIL'} & set(sys.modules);"
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


FOLDERS = [
    "core/analysis/methods",
    "core/data/cameras",
    "core/data/datasets",
    "core/network/layers",
    "core/network/presets",
    "core/training/diagnoses",
    "workbench/views",
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_of_an_open_folder_registers_what_it_is_named_for(folder: str) -> None:
    from core.analysis.declare import ANALYSES
    from core.data.cameras import CAMERAS
    from core.data.datasets import DATASETS
    from core.network.presets import PRESETS
    from core.network.spec import LAYERS
    from core.training.doctor import DIAGNOSES
    from workbench.view import VIEWS

    found = [list(t) for t in (ANALYSES, CAMERAS, DATASETS, LAYERS, PRESETS, DIAGNOSES, VIEWS)]
    tables = dict(zip(FOLDERS, found, strict=True))
    files = {p.stem for p in (ROOT / folder).glob("*.py")} - {"__init__"}
    names = {_file_name(name) for name in tables[folder]}
    assert names == files


def _file_name(name: str) -> str:
    """`MaxPool2d` is in max_pool2d.py; other names are the files' already."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
