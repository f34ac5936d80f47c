from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.declare import ANALYSES, Inputs
from core.analysis.methods.embedding import EmbeddingParams, embedding
from core.analysis.methods.place import place
from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.jobs import finish
from core.network.layers.conv2d import Conv2d
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.results import Placement, Scatter
from tests.core.analysis.subjects import snapshot_of

QUICK = EmbeddingParams(count=120, perplexity=8, iterations=150, exaggerated=60)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    layers = (("conv", Conv2d(4, 3)), ("relu", Relu()), ("flatten", Flatten()))
    return snapshot_of(*layers, given=(1, 8, 8))


@pytest.fixture(scope="module")
def subject(snapshot: Snapshot) -> Subject:
    return Subject(snapshot)


@pytest.fixture(scope="module")
def samples() -> Samples:
    return load_samples("digits")


@pytest.fixture(scope="module")
def scatter(subject: Subject, samples: Samples) -> Scatter:
    result = finish(embedding(subject, "flatten", samples, params=QUICK))
    assert isinstance(result, Scatter)
    return result


def test_maps_samples_with_their_labels(scatter: Scatter, samples: Samples) -> None:
    assert scatter.points.shape == (120, 2)
    assert scatter.points.dtype == np.float32
    np.testing.assert_array_equal(scatter.labels, samples.labels[scatter.index])
    assert len(set(scatter.index.tolist())) == 120
    assert scatter.classes == samples.classes


def test_says_how_well_it_keeps_neighbours(scatter: Scatter) -> None:
    assert 0.4 < scatter.statistics["neighbours kept"] <= 1
    assert 0.9 < scatter.statistics["trustworthiness"] <= 1


def test_samples_of_one_class_lie_together(scatter: Scatter) -> None:
    offsets = scatter.points[:, None] - scatter.points
    squared = np.square(offsets).sum(2)
    np.fill_diagonal(squared, np.inf)
    agree = scatter.labels[squared.argmin(1)] == scatter.labels
    assert agree.mean() > 0.75


def test_the_same_seed_gives_the_same_map(subject: Subject, samples: Samples) -> None:
    short = replace(QUICK, iterations=50, exaggerated=20)
    first, second, other = (
        finish(embedding(subject, "relu", samples, seed, short)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.points, second.points)
    assert (first.index != other.index).any()


def test_is_told_from_the_first_batch_to_the_last_comparison(
    subject: Subject, samples: Samples
) -> None:
    told = list(embedding(subject, "flatten", samples, params=QUICK))
    done = [news.done for news in told]
    assert done == sorted(done)
    assert told[-1].done == told[-1].total == 1000
    labels = [news.label for news in told]
    assert any(label == "Features 120 of 120" for label in labels)
    growing = [news.partial for news in told if news.partial is not None]
    assert all(isinstance(partial, Scatter) and partial.space for partial in growing)
    assert len(growing) > 1


def test_stops_when_it_is_closed(subject: Subject, samples: Samples) -> None:
    work = embedding(subject, "flatten", samples, params=QUICK)
    while next(work).partial is None:
        pass
    work.close()
    gc.collect()
    assert not any(part._forward_hooks for part in subject.module.modules())


def test_fewer_samples_than_asked_for_are_all_taken(subject: Subject, samples: Samples) -> None:
    few = Samples("few", "test", samples.pictures[:40], samples.labels[:40], samples.classes)
    short = replace(QUICK, iterations=50, exaggerated=20)
    result = finish(embedding(subject, "flatten", few, params=short))
    assert result.index.tolist() == list(range(40))


def test_a_perplexity_too_large_says_what_fits(subject: Subject, samples: Samples) -> None:
    few = Samples("few", "test", samples.pictures[:40], samples.labels[:40], samples.classes)
    with pytest.raises(
        UserError, match="perplexity of 30 needs at least 91 samples, and there are"
    ):
        finish(embedding(subject, "flatten", few, params=EmbeddingParams()))
    with pytest.raises(UserError, match="choose at most 13"):
        finish(embedding(subject, "flatten", few, params=EmbeddingParams()))


def test_too_few_samples_say_how_many_are_needed(subject: Subject, samples: Samples) -> None:
    few = Samples("few", "test", samples.pictures[:5], samples.labels[:5], samples.classes)
    with pytest.raises(UserError, match="few has 5 test samples; a map needs at least 24"):
        finish(embedding(subject, "flatten", few))


def test_samples_that_all_look_the_same_have_no_map(subject: Subject) -> None:
    blank = Samples("blank", "test", np.zeros((60, 8, 8), np.uint8), np.zeros(60, int), ("a",))
    with pytest.raises(UserError, match="flatten gives the same for all 60 samples"):
        finish(embedding(subject, "flatten", blank, params=QUICK))


def test_a_sample_of_the_map_is_placed_near_its_own_point(
    scatter: Scatter, subject: Subject, samples: Samples
) -> None:
    spread = float(scatter.points.std())
    apart = []
    for position, index in enumerate(scatter.index[:60].tolist()):
        image = subject.prepare(samples.frame(index)).image
        placement = place(subject, image, scatter)
        assert placement.neighbours[0] == position
        apart.append(np.linalg.norm(placement.point - scatter.points[position]))
    assert np.median(apart) < 0.25 * spread


def test_another_sample_is_placed_among_its_class(
    scatter: Scatter, subject: Subject, samples: Samples
) -> None:
    others = sorted(set(range(len(samples))) - set(scatter.index.tolist()))[:60]
    votes = []
    for index in others:
        placement = place(subject, subject.prepare(samples.frame(index)).image, scatter)
        assert placement.weights.sum() == pytest.approx(1, abs=1e-5)
        votes.append(scatter.labels[placement.neighbours[0]] == samples.labels[index])
    assert np.mean(votes) > 0.75


def test_place_goes_on_from_a_map(scatter: Scatter, snapshot: Snapshot, samples: Samples) -> None:
    found = ANALYSES["place"]
    assert found.live
    assert found.needs == ("subject", "image", "reference")
    inputs = Inputs(snapshot, samples.frame(0), reference=scatter)
    assert isinstance(found.start(inputs), Placement)
    with pytest.raises(UserError, match="Make the map first"):
        found.start(replace(inputs, reference=None))


def test_place_needs_the_layer_of_the_map(scatter: Scatter, samples: Samples) -> None:
    other = Subject(snapshot_of(("conv", Conv2d(4, 3)), given=(1, 8, 8)))
    image = other.prepare(samples.frame(0)).image
    with pytest.raises(UserError, match="chain has no layer 'flatten'"):
        place(other, image, scatter)
