"""Several processes train as one: the same gradients, one run, one entry in the catalogue."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.frames import Frame
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.snapshot import Snapshot
from core.network.spec import ModelSpec, Node
from core.network.weights import read_weights
from core.training.catalogue import Catalogue
from core.training.distributed import Team, has_idle_layers, joined
from core.training.follow import follow_run
from core.training.learner import Learner
from core.training.lock import is_trained
from core.training.runs import open_run
from core.training.settings import TrainParams
from tests.core.training.processes import TEST, TRAIN, learn_together, started, two_steps
from tests.core.training.test_runs import same

ROOT = Path(__file__).parents[3]

#: The second batch of an epoch of 60 pictures has one: nothing is left for the second process.
PARAMS = TrainParams(optimizer="sgd", schedule="constant", rate=0.1, batch=59, shift=1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def test_two_processes_learn_what_one_learns(tmp_path: Path, snapshot: Snapshot) -> None:
    out, port = tmp_path / "learned.safetensors", free_port()
    pair = [started(learn_together, rank, 2, port, snapshot, PARAMS, out) for rank in (0, 1)]
    alone = two_steps(Learner(snapshot, TRAIN, TEST, PARAMS, seed=5))
    for process in pair:
        process.join(60)

    together = read_weights(out)

    assert [process.exitcode for process in pair] == [0, 0]
    assert together.keys() == alone.keys()
    for name, value in alone.items():
        torch.testing.assert_close(together[name], value, atol=1e-6, rtol=1e-6, msg=name)


def test_a_team_of_one_changes_nothing(snapshot: Snapshot) -> None:
    team, images = Team(), torch.rand(4, 1, 8, 8)
    labels = torch.arange(4)
    network = Network(snapshot.model.spec) if snapshot.model.spec is not None else None
    assert network is not None

    assert team.own(images, labels) == (images, labels, 1.0)
    assert team.adapt(network) is team.wrap(network) is network
    assert team.agrees(True)
    assert team.lead(lambda: Frame({"told": 1})).data == {"told": 1}


@pytest.mark.parametrize(("count", "sizes"), [(7, [2, 2, 3]), (3, [1, 1, 1]), (2, [0, 1, 1])])
def test_a_batch_is_divided_without_rest(count: int, sizes: list[int]) -> None:
    labels = torch.arange(count)
    shares, found = [], []
    for rank in range(3):
        team = Team(rank, 3)
        _, own, share = team.own(labels[:, None], labels)
        shares.append(share)
        if team.rows is not None and not team.rows.is_empty:
            found += own.tolist()
        assert len(own) == max(1, sizes[rank])

    assert found == labels.tolist()
    assert shares == pytest.approx([size / count for size in sizes])


def test_a_batch_smaller_than_the_team_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(UserError, match="A batch of 2 is too small for 3 processes; choose at"):
        Learner(snapshot, TRAIN, TEST, replace(PARAMS, batch=2), seed=0, team=Team(rank=1, size=3))


def test_a_layer_that_nobody_reads_is_noticed(spec: ModelSpec) -> None:
    *others, last = spec.nodes
    idle = spec.with_nodes(
        (*others, Node("idle", Relu(), ("norm",)), replace(last, reads=("drop",)))
    )

    assert not has_idle_layers(Network(spec))
    assert has_idle_layers(Network(idle))


def test_without_torchrun_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)

    with joined("cpu") as team:
        assert (team.rank, team.size, team.device, team.leads) == (0, 1, "cpu", True)


def test_torchrun_trains_one_run_that_is_watched_live(tmp_path: Path) -> None:
    folder, errors = tmp_path / "run", tmp_path / "errors"
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    command += ["--master_port", str(free_port()), "-m", "workbench", "train", "lenet5"]
    command += ["--data", "fashion_mnist", "--steps", "20", "--set", "batch=64"]
    command += ["--out", str(folder), "--json"]
    with (
        errors.open("w") as told,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=told) as training,
    ):
        while not is_trained(folder):
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"ended with {training.wait(0.05)}: {errors.read_text()}")
        reports = [news.partial for news in follow_run(folder) if news.partial is not None]
        said, _ = training.communicate(timeout=60)

    assert training.returncode == 0, errors.read_text()
    assert [json.loads(line)["step"] for line in said.splitlines()] == [20]
    assert len(reports) > 1
    assert [report.step for report in reports] == sorted(report.step for report in reports)
    assert (reports[-1].step, reports[-1].steps) == (20, 20)
    assert same(reports[-1].snapshot, open_run(folder).state.snapshot)
    (entry,) = Catalogue().list()
    assert (entry.folder, entry.state, entry.step, entry.device) == (folder, "done", 20, "2 x cpu")
    seen = reports[-1].observation
    assert [row.layer for row in seen.weights] == ["conv1", "conv2", "dense1", "dense2", "output"]
    assert [row.layer for row in seen.activations]
    assert (seen.exam.step, seen.exam.confusion.sum()) == (20, 2000)
