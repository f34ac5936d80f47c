from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import Occlusion
from torch import Tensor, nn

from core.analysis.methods.occlusion import OcclusionParams, occlusion
from core.data.images import load_image
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.presets import PRESETS
from core.network.snapshot import Model, Snapshot
from core.network.subject import Subject
from core.paths import resource
from core.results import Floats, Heatmap
from tests.core.analysis.subjects import classifier, image_of, snapshot_of, subject_of_module


def heat_of(subject: Subject, image: Tensor, target: int | None = 0, **settings: Any) -> Heatmap:
    heat = finish(occlusion(subject, image, target, OcclusionParams(**settings)))
    assert isinstance(heat, Heatmap)
    return heat


def captums(
    subject: Subject, image: Tensor, target: int, size: int, stride: int, fill: Tensor | float = 0.0
) -> Floats:
    channels = len(image)
    drop = Occlusion(subject.probabilities).attribute(
        image[None],
        sliding_window_shapes=(channels, size, size),
        strides=(channels, stride, stride),
        baselines=fill,
        target=target,
        perturbations_per_eval=16,
    )
    found: Floats = drop[0, 0].float().numpy()
    return found


@pytest.fixture
def subject() -> Subject:
    return Subject(classifier())


@pytest.fixture
def image(subject: Subject) -> Tensor:
    return image_of(subject)


@pytest.mark.parametrize(("size", "stride"), [(4, 2), (5, 3), (7, 7), (3, 1), (16, 5), (1, 1)])
def test_agrees_with_captum(subject: Subject, image: Tensor, size: int, stride: int) -> None:
    heat = heat_of(subject, image, 2, size=size, stride=stride)
    np.testing.assert_allclose(
        heat.values, captums(subject, image, 2, size, stride), atol=1e-5, rtol=0
    )
    assert np.abs(heat.values).max() > 1e-3


def test_agrees_with_captum_on_an_oblong_image() -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 9 * 14, 2))
    subject = subject_of_module(module, (1, 11, 16), ("a", "b"))
    image = image_of(subject)
    heat = heat_of(subject, image, 1, size=4, stride=3)
    np.testing.assert_allclose(heat.values, captums(subject, image, 1, 4, 3), atol=1e-5)


def test_agrees_with_captum_for_other_fills(subject: Subject, image: Tensor) -> None:
    for name, level in (("black", 0.0), ("white", 1.0)):
        fill = subject.model.preprocessing.normalise(torch.full((3, 1, 1), level))
        heat = heat_of(subject, image, 1, size=5, stride=4, fill=name)
        expected = captums(subject, image, 1, 5, 4, fill.expand(3, 16, 16)[None])
        np.testing.assert_allclose(heat.values, expected, atol=1e-5)


def test_hiding_a_flat_image_behind_its_own_blur_changes_nothing(subject: Subject) -> None:
    heat = heat_of(subject, torch.full((3, 16, 16), 0.3), size=4, fill="blur")
    np.testing.assert_allclose(heat.values, 0, atol=1e-6)


def test_finds_the_only_pixel_that_matters() -> None:
    class OnePixel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.same = nn.Identity()

        def forward(self, x: Tensor) -> Tensor:
            pixel = self.same(x)[:, 0, 6, 2]
            return torch.stack([pixel, torch.zeros_like(pixel)], 1)

    subject = subject_of_module(OnePixel(), (1, 9, 9), ("bright", "dark"))
    image = torch.zeros(1, 9, 9)
    image[0, 6, 2] = 1.0
    heat = heat_of(subject, image, size=1, stride=1)
    assert heat.values[6, 2] == pytest.approx(float(torch.tensor([1.0, 0.0]).softmax(0)[0]) - 0.5)
    assert np.count_nonzero(heat.values) == 1
    assert heat.signed


def test_tells_the_probability_with_the_patch_at_each_place(
    subject: Subject, image: Tensor
) -> None:
    patches = heat_of(subject, image, 1, size=6, stride=4).patches
    assert patches is not None
    assert patches.tops.tolist() == patches.lefts.tolist() == [0, 4, 8, 12]
    assert patches.unoccluded == pytest.approx(float(subject.probabilities(image[None])[0, 1]))
    hidden = image.clone()
    hidden[:, 8:14, 12:] = 0.0
    expected = float(subject.probabilities(hidden[None])[0, 1])
    assert patches.probability[2, 3] == pytest.approx(expected, abs=1e-6)


def test_looks_at_the_most_probable_class_unless_told(subject: Subject, image: Tensor) -> None:
    best = int(subject.scores(image).argmax())
    np.testing.assert_allclose(
        heat_of(subject, image, None).values, heat_of(subject, image, best).values, atol=1e-6
    )


def test_every_report_is_a_whole_map_that_only_gets_finer(subject: Subject, image: Tensor) -> None:
    steps = occlusion(subject, image, 0, OcclusionParams(size=2, stride=1))
    news: list[Progress] = []
    final = None
    while final is None:
        try:
            news.append(next(steps))
        except StopIteration as stop:
            final = stop.value
    assert news[-1].done == news[-1].total == 15 * 15
    assert [report.done for report in news] == sorted({report.done for report in news})
    known = [np.isfinite(report.partial.patches.probability).sum() for report in news]
    assert known == [report.done for report in news]
    assert all(np.isfinite(report.partial.values).all() for report in news)
    assert news[0].partial.patches.probability.shape == final.patches.probability.shape


def test_coarser_grids_are_finished_first_and_stand_for_the_rest(
    subject: Subject, image: Tensor
) -> None:
    for report in occlusion(subject, image, 0, OcclusionParams(size=2, stride=1)):
        patches = report.partial.patches
        known = np.isfinite(patches.probability)
        for step in (4, 2):
            coarse = known[::step, ::step]
            assert coarse.all() or coarse.sum() == known.sum()
        drops = patches.unoccluded - patches.probability[known]
        assert np.abs(report.partial.values).max() <= np.abs(drops).max() + 1e-6


def test_stays_with_its_weights_while_others_look_at_newer_ones(
    subject: Subject, image: Tensor
) -> None:
    expected = heat_of(subject, image, size=2, stride=1)
    weights = {name: -value for name, value in subject.module.state_dict().items()}
    other = Snapshot(subject.model, weights)
    for report in occlusion(subject, image, 0, OcclusionParams(size=2, stride=1)):
        subject.update(other)
        last = report.partial
    np.testing.assert_allclose(last.values, expected.values, atol=1e-6)


def test_default_patches_fit_any_image() -> None:
    for side in (1, 3, 28, 40):
        module = nn.Sequential(nn.Flatten(), nn.Linear(side * side, 2))
        subject = subject_of_module(module, (1, side, side), ("a", "b"))
        patches = heat_of(subject, image_of(subject)).patches
        assert patches is not None
        assert patches.size == max(1, side // 7)


def test_says_which_patch_and_stride_would_fit(subject: Subject, image: Tensor) -> None:
    with pytest.raises(UserError, match=r"17 px patch is larger than the 16 x 16 px .* most 16 px"):
        heat_of(subject, image, size=17)
    with pytest.raises(UserError, match=r"5 px leaves gaps between 4 px patches; .* most 4 px"):
        heat_of(subject, image, size=4, stride=5)


def test_says_which_classes_there_are(subject: Subject, image: Tensor) -> None:
    with pytest.raises(UserError, match="3 classes, 0 to 2; there is no 3"):
        heat_of(subject, image, 3)
    spec = classifier().model.spec
    assert spec is not None
    trunk = Subject(snapshot_of(*((node.name, node.op) for node in spec.nodes[:2])))
    with pytest.raises(UserError, match="has no classes"):
        heat_of(trunk, image)


def test_marks_the_head_of_the_cat() -> None:
    preset = PRESETS["efficientnet_lite0"]
    spec = preset.spec()
    assert preset.weights is not None
    model = Model(spec.name, preset.preprocessing, spec, classes=preset.classes())
    subject = Subject(Snapshot(model, preset.weights(spec)))
    image = subject.prepare(load_image(resource("photos", "cat.jpg"))).image
    heat = heat_of(subject, image, None, size=75, stride=75)
    target = int(subject.scores(image).argmax())
    expected = captums(subject, image, target, 75, 75)
    np.testing.assert_allclose(heat.values, expected, atol=1e-5, rtol=0)
    row, column = np.unravel_index(heat.values.argmax(), heat.values.shape)
    assert row >= 75
    assert 75 <= column < 150  # the bridge of the nose and the muzzle
    assert heat.values.max() > 0.05


def test_says_of_which_class_the_probability_drops(subject: Subject, image: Tensor) -> None:
    best = int(subject.scores(image).argmax())
    assert heat_of(subject, image, None).meaning.endswith(f" of {subject.classes[best]}")
