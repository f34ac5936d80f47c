"""A run that several processes train: what it holds, sent from the one that leads to all others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.frames import Frame
from core.network.run_files import CHECKPOINT, DESCRIPTION
from core.training.distributed import Team
from core.training.runs import SETTINGS, Run, open_run


def led_run(team: Team, folder: Path, opened: Callable[[], Run]) -> Run:
    """The run that the leading process has from `opened`, which makes or opens it in `folder`.

    The other processes need no access to the folder.  Raises UserError, all of them, if that does.
    """
    if team.size == 1:
        return opened()

    def files() -> Frame:
        opened()
        names = (DESCRIPTION, SETTINGS, CHECKPOINT)
        return Frame(arrays={name: np.fromfile(folder / name, np.uint8) for name in names})

    given = team.lead(files)
    if team.leads:
        return open_run(folder)
    with TemporaryDirectory(prefix="cnn-workbench-") as beside:
        for name, content in given.arrays.items():
            content.tofile(Path(beside, name))
        return open_run(Path(beside))
