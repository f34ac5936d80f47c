from __future__ import annotations

from dataclasses import replace
from threading import Thread

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import UserError
from core.network.foreign.libraries import snapshot_of
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.layers.softmax import Softmax
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.network.subject import WHOLE, Subject, subject_for

SPEC = ModelSpec(
    "small",
    (1, 6, 6),
    (
        Node("conv1", Conv2d(2, 3)),
        Node("bn1", BatchNorm2d()),
        Node("relu1", Relu()),
        Node("conv2", Conv2d(3, 3)),
        Node("relu2", Relu(6)),
        Node("flatten", Flatten()),
        Node("dense", Dense(3)),
        Node("softmax", Softmax()),
    ),
)
MODEL = Model("Small", plain(SPEC.input), SPEC, "", ("a", "b", "c"))
TRUNK = Model("Trunk", plain(SPEC.input), SPEC.with_nodes(SPEC.nodes[:5]))


@pytest.fixture
def subject() -> Subject:
    return Subject(Snapshot(MODEL, seed=1))


@pytest.fixture
def image() -> Tensor:
    return torch.rand(1, 6, 6, generator=torch.Generator().manual_seed(0))


def _count_runs(module: nn.Module) -> list[int]:
    runs: list[int] = []
    module.register_forward_pre_hook(lambda *_: runs.append(1))
    return runs


def test_outputs_are_those_of_the_module(subject: Subject, image: Tensor) -> None:
    outputs = subject.outputs(image, "conv1", "dense", WHOLE)
    assert torch.equal(outputs["conv1"], subject.layer("conv1")(image[None])[0])
    torch.testing.assert_close(outputs[WHOLE], outputs["dense"].softmax(0))


def test_one_forward_pass_serves_all_calls_for_an_image(subject: Subject, image: Tensor) -> None:
    runs = _count_runs(subject.module)
    subject.outputs(image, "conv1", "dense")
    subject.outputs(image, "dense")
    subject.scores(image)
    assert len(runs) == 1
    subject.outputs(image.clone(), "dense")
    assert len(runs) == 2


def test_a_forward_pass_ends_after_the_last_layer_asked_for(
    subject: Subject, image: Tensor
) -> None:
    runs = _count_runs(subject.layer("conv2"))
    subject.outputs(image, "relu1")
    assert not runs


def test_what_was_looked_at_is_looked_at_again_in_one_pass(subject: Subject, image: Tensor) -> None:
    subject.outputs(image, "conv1")
    subject.outputs(image, "relu2")
    runs = _count_runs(subject.module)
    following = image + 0.1
    subject.look_ahead(following)
    subject.outputs(following, "conv1")
    subject.outputs(following, "relu2")
    assert len(runs) == 1


def test_scores_are_taken_before_a_final_softmax(subject: Subject, image: Tensor) -> None:
    assert subject.scores_layer == "dense"
    assert torch.equal(subject.scores(image), subject.outputs(image, "dense")["dense"])
    torch.testing.assert_close(
        subject.probabilities(image[None])[0], subject.scores(image).softmax(0)
    )


def test_weights_of_another_snapshot_are_taken_over(subject: Subject, image: Tensor) -> None:
    before = subject.scores(image)
    weights = Network(SPEC, seed=2).state_dict()
    subject.update(Snapshot(MODEL, weights))
    assert not torch.equal(subject.scores(image), before)
    assert torch.equal(subject.scores(image), Subject(Snapshot(MODEL, weights)).scores(image))


def test_weights_that_a_snapshot_lacks_do_not_stay_from_the_last(
    subject: Subject, image: Tensor
) -> None:
    untrained = subject.scores(image)
    subject.update(Snapshot(MODEL, Network(SPEC, seed=2).state_dict()))
    subject.update(Snapshot(MODEL, seed=1))
    assert torch.equal(subject.scores(image), untrained)


@pytest.mark.parametrize(
    ("layer", "before"), [("relu1", "bn1"), ("relu2", "conv2"), ("conv1", "conv1")]
)
def test_before_is_the_layer_under_the_non_linearity(
    subject: Subject, layer: str, before: str
) -> None:
    assert subject.before(layer) == before


@pytest.mark.parametrize(
    ("layer", "after"),
    [("conv1", "relu1"), ("bn1", "relu1"), ("conv2", "relu2"), ("dense", "dense")],
)
def test_after_is_the_non_linearity_that_follows(subject: Subject, layer: str, after: str) -> None:
    assert subject.after(layer) == after


def test_kernels_are_those_of_a_convolution(subject: Subject) -> None:
    assert subject.kernels("conv2").shape == (3, 2, 3, 3)
    assert subject.convolutions() == ("conv1", "conv2")
    with pytest.raises(UserError, match=r"relu1 has no kernels.*choose conv1"):
        subject.kernels("relu1")


@pytest.mark.parametrize(
    ("layer", "made_by"),
    [("conv1", "conv1"), ("bn1", "conv1"), ("relu1", "conv1"), ("relu2", "conv2")],
)
def test_maps_that_are_changed_one_by_one_are_those_of_the_convolution_above(
    subject: Subject, layer: str, made_by: str
) -> None:
    assert subject.kernel_layer(layer) == made_by


@pytest.mark.parametrize("layer", ["flatten", "dense", "softmax"])
def test_what_mixes_the_maps_has_no_kernels(subject: Subject, layer: str) -> None:
    with pytest.raises(UserError, match=f"{layer} has no kernels in 2 dimensions; choose conv1."):
        subject.kernel_layer(layer)


def test_feature_layers_are_those_with_maps(subject: Subject) -> None:
    assert subject.feature_layers() == ("conv1", "bn1", "relu1", "conv2", "relu2")


def test_a_misspelt_layer_names_the_nearest(subject: Subject, image: Tensor) -> None:
    with pytest.raises(UserError, match="Small has no layer 'conv3'; did you mean conv"):
        subject.outputs(image, "conv3")


def test_a_class_that_is_not_there_is_refused(subject: Subject, image: Tensor) -> None:
    assert subject.target_or_best(image, None) == int(subject.scores(image).argmax())
    assert subject.target_or_best(image, 2) == 2
    with pytest.raises(UserError, match="has 3 classes, 0 to 2; there is no 3"):
        subject.target_or_best(image, 3)


def test_a_network_without_classes_offers_one_that_has_them() -> None:
    with pytest.raises(UserError, match="Trunk has no classes: it ends in relu2"):
        Subject(Snapshot(TRUNK)).require_classifier()


def test_a_layer_that_does_not_fit_is_named() -> None:
    wrong = replace(MODEL, spec=SPEC.with_nodes(SPEC.nodes[:5] + SPEC.nodes[6:]))
    with pytest.raises(UserError, match="layer dense: Dense needs a vector"):
        Subject(Snapshot(wrong))


def test_inplace_layers_do_not_change_what_is_read_before_them(image: Tensor) -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True))
    subject = Subject(snapshot_of(module, input_shape=(1, 6, 6)))
    outputs = subject.outputs(image, "0", "1")
    assert outputs["0"].min() < 0
    assert module[1].inplace


def test_a_module_may_give_a_dict(image: Tensor) -> None:
    class Scores(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(36, 4)

        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"out": self.dense(x.flatten(1))}

    subject = Subject(snapshot_of(Scores(), input_shape=(1, 6, 6)))
    assert subject.scores(image).shape == (4,)
    assert subject.classes == ("0", "1", "2", "3")


def test_a_thread_has_its_own_subject_for_all_snapshots_of_a_model() -> None:
    first, second = Snapshot(MODEL, seed=1), Snapshot(MODEL, seed=2)
    subject = subject_for(first)
    assert subject_for(first) is subject
    assert subject_for(second) is subject
    assert subject.snapshot is second
    others: list[Subject] = []
    thread = Thread(target=lambda: others.append(subject_for(first)))
    thread.start()
    thread.join()
    assert others[0] is not subject


def test_a_frame_is_prepared_once(subject: Subject) -> None:
    frame = np.zeros((8, 9, 3), np.uint8)
    first = subject.prepare(frame)
    assert subject.prepare(frame) is first
    assert subject.prepare(frame.copy()) is not first


def test_probabilities_of_a_batch_are_those_of_its_images(subject: Subject, image: Tensor) -> None:
    batch = torch.stack([image, -image])
    expected = torch.stack([subject.scores(one).softmax(0) for one in batch])
    torch.testing.assert_close(subject.probabilities(batch), expected)


def test_inputs_are_what_a_layer_is_given(subject: Subject, image: Tensor) -> None:
    (first,) = subject.inputs(image, "conv1")
    (second,) = subject.inputs(image, "conv2")
    assert first is image
    assert second is subject.outputs(image, "relu1")["relu1"]


def test_inputs_of_a_module_include_what_happens_between_its_layers(image: Tensor) -> None:
    class Doubled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 1, 3)

        def forward(self, x: Tensor) -> object:
            return self.second(2 * self.first(x))

    subject = Subject(snapshot_of(Doubled(), input_shape=(1, 6, 6)))
    (given,) = subject.inputs(image, "second")
    torch.testing.assert_close(given, 2 * subject.outputs(image, "first")["first"])


def test_a_module_that_cannot_be_looked_into_says_so() -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3)).to("meta")
    with pytest.raises(UserError, match="Odd cannot be looked into: Cannot copy out of meta"):
        Subject(Snapshot(Model("Odd", plain((3, 8, 8))), module=module))
