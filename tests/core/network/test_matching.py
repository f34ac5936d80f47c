from __future__ import annotations

import torch
from torch import Tensor

from core.network.matching import Unmatched, match
from core.network.spec import Shape

OWN: dict[str, Shape] = {
    "conv.weight": (2, 1, 3, 3),
    "conv.bias": (2,),
    "norm.num_batches_tracked": (),
    "dense.weight": (3, 18),
    "dense.bias": (3,),
}


def _file(**names: str) -> dict[str, Tensor]:
    """A file with all tensors, some under other names; those called "" are left out."""
    renamed = {name.replace(".", "_"): name for name in OWN}
    given = {names.get(key, name): torch.rand(OWN[name]) for key, name in renamed.items()}
    return {name: value for name, value in given.items() if name}


def _prefixed(prefix: str) -> dict[str, Tensor]:
    return {prefix + name: torch.rand(shape) for name, shape in OWN.items()}


def test_the_same_names_and_shapes_fit_whole() -> None:
    given = _file()
    found = match(OWN, given)
    assert found.is_whole
    assert dict(found.weights) == given
    assert found.sentence == "The file fits 5 of the 5 tensors of the network."


def test_the_prefixes_of_wrappers_are_dropped() -> None:
    given = _prefixed("module.model.") | {"loss.weight": torch.ones(2)}
    found = match(OWN, given)
    assert found.dropped == "module.model."
    assert found.weights["conv.bias"] is given["module.model.conv.bias"]
    assert found.unexpected == ("loss.weight",)
    assert found.sentence == (
        "The file fits 5 of the 5 tensors of the network without 'module.model.' before its names; "
        "loss.weight found no place."
    )


def test_a_prefix_that_the_network_has_itself_is_added() -> None:
    own = {f"backbone.{name}": shape for name, shape in OWN.items()}
    found = match(own, _file())
    assert found.is_whole
    assert found.added == "backbone."
    assert "with 'backbone.' before its names" in found.sentence


def test_a_prefix_that_both_have_stays() -> None:
    own = {f"model.{name}": shape for name, shape in OWN.items()}
    found = match(own, _prefixed("model."))
    assert (found.dropped, found.added, found.is_whole) == ("", "", True)


def test_other_names_in_the_same_order_fit_and_are_said_to() -> None:
    given = {
        f"layer{place}": torch.rand(shape) for place, shape in enumerate(OWN.values()) if shape
    }
    found = match(OWN, given)
    assert found.in_order
    assert list(found.weights) == [name for name in OWN if "num_batches" not in name]
    assert found.weights["dense.bias"] is given["layer4"]
    assert found.sentence == (
        "The file fits 4 of the 4 tensors of the network in their order, under other names."
    )


def test_order_counts_for_nothing_where_the_file_has_none() -> None:
    given = {
        f"layer{place}": torch.rand(shape) for place, shape in enumerate(OWN.values()) if shape
    }
    assert not match(OWN, given, ordered=False).weights


def test_a_head_under_another_name_fits_in_order() -> None:
    given = _file(dense_weight="head.weight", dense_bias="head.bias")
    found = match(OWN, given)
    assert found.in_order
    assert found.is_whole
    assert found.weights["dense.bias"] is given["head.bias"]


def test_order_does_not_contradict_names() -> None:
    own: dict[str, Shape] = {"a": (2,), "b": (2,), "c": (2,)}
    given = {"b": torch.zeros(2), "a": torch.ones(2), "d": torch.rand(2)}
    found = match(own, given)
    assert not found.in_order
    assert found.weights["a"] is given["a"]
    assert found.missing == ("c",)


def test_what_does_not_fit_is_told_with_both_shapes() -> None:
    given = _file(conv_bias="", dense_weight="") | {"dense.bias": torch.ones(10, 2)}
    found = match(OWN, given)
    assert found.missing == ("conv.bias", "dense.weight")
    assert found.differing == (Unmatched("dense.bias", (3,), (10, 2)),)
    assert found.sentence == (
        "The file fits 2 of the 5 tensors of the network; it lacks conv.bias and 1 more; "
        "dense.bias is 10 x 2 there and 3 here; the rest stays as it was."
    )


def test_counters_of_training_steps_are_not_missed() -> None:
    found = match(OWN, _file(norm_num_batches_tracked="") | {"n_averaged": torch.tensor(7)})
    assert found.is_whole
    assert not found.unmatched


def test_another_network_fits_nowhere() -> None:
    found = match(OWN, {"weight": torch.ones(7), "bias": torch.ones(7)})
    assert not found.weights
    assert found.unexpected == ("weight", "bias")


def test_the_account_is_plain_data() -> None:
    told = match(OWN, _file(dense_bias="head.bias"), ordered=False).to_json()
    assert (told["matched"], told["total"], told["missing"]) == (4, 5, ["dense.bias"])
    assert told["unexpected"] == ["head.bias"]
    assert told["in_order"] is False
