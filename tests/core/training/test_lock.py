"""One process at a time trains a run, and anybody can ask whether one does."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
from core.network.run_files import CHECKPOINT
from core.training.lock import HEARTBEAT, LOCK, is_trained, locked


def test_the_second_gets_one_sentence_that_names_the_first(tmp_path: Path) -> None:
    refusal = pytest.raises(UserError, match=f"process {os.getpid()} on")
    with locked(tmp_path), refusal as told, locked(tmp_path):
        pytest.fail("both have it")

    assert "\n" not in str(told.value)


def test_whoever_asks_sees_it_and_takes_nothing(tmp_path: Path) -> None:
    assert not is_trained(tmp_path)

    with locked(tmp_path):
        assert is_trained(tmp_path)
        assert is_trained(tmp_path)

    assert not is_trained(tmp_path)
    with locked(tmp_path):
        pass


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys; from core.training.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert is_trained(tmp_path)
        with pytest.raises(UserError, match=f"process {other.pid} on"), locked(tmp_path):
            pytest.fail("both have it")
        other.kill()

    assert not is_trained(tmp_path)
    with locked(tmp_path):
        pass


def test_another_machine_that_writes_checkpoints_trains_it(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("77 elsewhere")
    checkpoint = tmp_path / CHECKPOINT
    checkpoint.write_bytes(b"")

    assert is_trained(tmp_path)

    old = checkpoint.stat().st_mtime - 2 * HEARTBEAT
    os.utime(checkpoint, (old, old))

    assert not is_trained(tmp_path)


def test_what_a_process_here_noted_before_it_died_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(f"77 {platform.node()}")
    (tmp_path / CHECKPOINT).write_bytes(b"")

    assert not is_trained(tmp_path)


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be trained"), locked(tmp_path / "none"):
        pytest.fail("held what is not there")
