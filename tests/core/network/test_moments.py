"""The moments that a run's folder keeps, named RUN@STEP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core.errors import UserError
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.loading import open_model
from core.network.moments import (
    kept_steps,
    last_step,
    moment_file,
    named_moment,
    run_steps,
    write_moment,
)
from core.network.run_files import CHECKPOINT, DESCRIPTION, SNAPSHOTS
from core.network.snapshot import Model, Snapshot, model_to_json, plain
from core.network.spec import ModelSpec, Node

SPEC = ModelSpec("small", (1, 4, 4), (Node("flatten", Flatten()), Node("dense", Dense(2))))
MODEL = Model("small", plain(SPEC.input), SPEC, classes=("a", "b"))


def at(step: int) -> Snapshot:
    """The network with weights that tell the step."""
    weights = {"dense.weight": torch.full((2, 16), float(step)), "dense.bias": torch.zeros(2)}
    return Snapshot(MODEL, weights, step, {"loss": step / 7}, seed=5)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with moments at steps 0, 3 and 10, and a checkpoint at step 12."""
    folder = tmp_path / "run"
    (folder / SNAPSHOTS).mkdir(parents=True)
    (folder / DESCRIPTION).write_text(json.dumps(model_to_json(MODEL)))
    for step in (10, 0, 3):
        write_moment(moment_file(folder / SNAPSHOTS, step), at(step))
    write_moment(folder / CHECKPOINT, at(12))
    return folder


def test_a_run_at_a_step_is_a_network(run: Path) -> None:
    opened = open_model(f"{run}@3")

    assert opened.step == 3
    assert opened.metrics == {"loss": 3 / 7}
    assert opened.seed == 5
    assert opened.model.spec == SPEC
    assert opened.model.classes == ("a", "b")
    assert opened.model.origin == f"{run}@3"
    assert torch.equal(opened.weights["dense.weight"], at(3).weights["dense.weight"])


def test_the_last_checkpoint_is_one_of_the_moments(run: Path) -> None:
    assert run_steps(run) == (0, 3, 10, 12)
    assert last_step(run) == 12
    assert open_model(f"{run}@12").weights["dense.weight"].unique().tolist() == [12]


@pytest.mark.parametrize(
    ("step", "nearest"), [(2, "@0 and {}@3"), (5, "@3 and {}@10"), (400, "@12")]
)
def test_a_step_that_is_not_kept_names_the_nearest(run: Path, step: int, nearest: str) -> None:
    with pytest.raises(UserError) as told:
        open_model(f"{run}@{step}")

    assert str(told.value) == (
        f"The run {run} keeps 4 moments, and step {step} is none of them; the nearest: "
        f"{run}{nearest.format(run)}."
    )


def test_a_moment_that_is_open_stays_good_when_its_file_goes(run: Path) -> None:
    opened = open_model(f"{run}@10")

    moment_file(run / SNAPSHOTS, 10).unlink()

    assert opened.weights["dense.weight"].unique().tolist() == [10]
    assert kept_steps(run / SNAPSHOTS) == (0, 3)


def test_a_damaged_moment_is_told(run: Path) -> None:
    path = moment_file(run / SNAPSHOTS, 3)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UserError, match=r"3\.safetensors could not be read"):
        open_model(f"{run}@3")


def test_moments_outlive_a_damaged_checkpoint(run: Path) -> None:
    (run / CHECKPOINT).write_bytes(b"gone")

    assert open_model(f"{run}@3").step == 3
    with pytest.raises(UserError, match="run@10"):
        open_model(f"{run}@4")


def test_a_file_of_weights_alone_is_no_moment(run: Path) -> None:
    save_file(dict(at(3).weights), moment_file(run / SNAPSHOTS, 3))

    with pytest.raises(UserError, match="no snapshot of a run: 'step' is missing"):
        open_model(f"{run}@3")


@pytest.mark.parametrize("text", ["lenet5", "@3", "{run}", "{run}@", "{run}@x", "nowhere@3"])
def test_other_texts_name_no_moment(run: Path, text: str) -> None:
    assert named_moment(text.format(run=run)) is None
