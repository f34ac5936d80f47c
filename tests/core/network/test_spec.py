from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from core.errors import UserError
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.presets import PRESETS
from core.network.spec import ModelSpec, Node
from core.paths import RESOURCES

ONE = ModelSpec("one", (1, 5, 5), (Node("relu", Relu(6)),))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_json(name: str) -> None:
    spec = PRESETS[name].spec()
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "newer version"),
        ({"input": [5]}, r"\[channels, time, height, width\], not \[5\]"),
        ({"input": [1, 5, -5]}, "channels, height, width"),
        ({"nodes": [{"name": "a"}]}, "not the description of a network: 'kind' is missing"),
        ({"nodes": 3}, "not the description of a network: a part is of another form"),
        (
            {"nodes": [{"name": "a", "kind": "Relo", "options": {}, "reads": []}]},
            "did you mean Relu",
        ),
        (
            {"nodes": [{"name": "a", "kind": "Relu", "options": {"limit": -1}, "reads": []}]},
            "choose 0 to 100",
        ),
    ],
)
def test_damaged_json_says_what_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        ModelSpec.from_json(ONE.to_json() | change)


def test_a_name_that_torch_uses_is_refused() -> None:
    with pytest.raises(UserError, match="'forward' is taken by torch itself; choose another"):
        Network(ModelSpec("one", (1, 5, 5), (Node("forward", Relu()),)))


def test_an_empty_network_cannot_be_built() -> None:
    with pytest.raises(UserError, match="has no layers; add one first"):
        Network(ModelSpec("none", (1, 5, 5)))


def test_weights_depend_on_the_seed_alone() -> None:
    spec = PRESETS["lenet5"].spec()
    one, same, other = (Network(spec, seed).get_parameter("conv1.weight") for seed in (1, 1, 2))
    assert one.equal(same)
    assert not one.equal(other)


def test_a_network_is_described_and_costed_without_torch() -> None:
    program = (
        "import sys; from core.network.layer_table import layer_table;"
        "from core.network.presets import PRESETS;"
        "tables = [layer_table(preset.spec()) for preset in PRESETS.values()];"
        "assert all(not row.problem for table in tables for row in table);"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=RESOURCES.parent)
    assert done.returncode == 0
