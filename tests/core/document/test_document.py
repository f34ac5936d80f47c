from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from core.document.document import Document, History, changes


def document(unit: int) -> Document:
    return replace(Document(), unit=unit)


def test_names_the_fields_that_differ() -> None:
    old = Document(layer="conv1", unit=3)
    assert changes(old, replace(old, layer="conv2", unit=3, cell=(0, 1))) == {"layer", "cell"}
    assert changes(old, old) == frozenset()


def test_undo_and_redo_walk_the_same_documents() -> None:
    history = History(document(0))
    for unit in (1, 2):
        history.push(document(unit))
    assert [history.undo().unit, history.undo().unit] == [1, 0]
    assert not history.can_undo
    assert [history.redo().unit, history.redo().unit] == [1, 2]
    assert not history.can_redo


def test_at_either_end_nothing_moves() -> None:
    history = History(document(0))
    assert history.undo() is history.redo() is history.now


def test_a_push_forgets_what_undo_left_behind() -> None:
    history = History(document(0))
    history.push(document(1))
    history.undo()
    history.push(document(2))
    assert not history.can_redo
    assert history.undo().unit == 0


def test_merged_edits_are_one_step() -> None:
    history = History(document(0))
    history.push(document(1))
    for unit in range(2, 50):
        history.push(document(unit), merge=True)
    assert history.now.unit == 49
    assert history.undo().unit == 0


def test_keeps_the_newest_steps_up_to_the_limit() -> None:
    history = History(document(0), limit=3)
    for unit in range(1, 10):
        history.push(document(unit))
    while history.can_undo:
        history.undo()
    assert history.now.unit == 6


def test_imports_neither_torch_nor_numpy_nor_a_drawing_library() -> None:
    script = (
        "import sys, core.document.document; "
        "print([n for n in ('torch', 'numpy', 'pyqtgraph', 'PySide6') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
