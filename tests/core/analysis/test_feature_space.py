from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.analysis.feature_space import features_in, flat, principal_space, sample_features
from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.subject import Subject
from tests.core.analysis.subjects import snapshot_of


@pytest.fixture
def subject() -> Subject:
    layers = (("conv", Conv2d(4, 3)), ("relu", Relu()))
    return Subject(snapshot_of(*layers, given=(1, 12, 12)))


@pytest.fixture
def samples() -> Samples:
    drawn = np.random.default_rng(0)
    pictures = drawn.integers(0, 256, (40, 12, 12), dtype=np.uint8)
    return Samples("noise", "test", pictures, np.arange(40) % 2, ("a", "b"))


@pytest.mark.parametrize("averaged", [True, False])
def test_features_are_what_the_layer_gives_for_each_sample(
    subject: Subject, samples: Samples, averaged: bool
) -> None:
    chosen = np.array([3, 17, 18, 39])
    vectors = finish(sample_features(subject, "relu", samples, chosen, averaged))
    for vector, index in zip(vectors, chosen.tolist(), strict=True):
        image = subject.prepare(samples.frame(index)).image
        values = subject.outputs(image, "relu")["relu"]
        expected = values.mean((1, 2)) if averaged else values.flatten()
        torch.testing.assert_close(vector, expected, rtol=1e-4, atol=1e-5)


def test_tells_how_many_samples_were_looked_at(subject: Subject, samples: Samples) -> None:
    told = list(sample_features(subject, "relu", samples, np.arange(40), True))
    assert told[-1].done == told[-1].total == 40
    assert told[-1].label == "Features 40 of 40"


def test_too_many_numbers_are_refused_with_what_would_fit(subject: Subject) -> None:
    blank = np.zeros((1, 12, 12), np.uint8)
    many = Samples("blank", "test", blank, np.zeros(1, np.int64), ("a",))
    chosen = np.zeros(1_000_000, np.int64)
    with pytest.raises(UserError, match=r"relu gives 400 numbers a sample, 1\.5 GiB for "):
        finish(sample_features(subject, "relu", many, chosen, False))
    with pytest.raises(UserError, match="average each map, or choose at most 671,088 samples"):
        finish(sample_features(subject, "relu", many, chosen, False))


@pytest.mark.parametrize(("count", "width"), [(100, 30), (40, 90), (200, 300)])
def test_components_are_those_of_scikit_learn(count: int, width: int) -> None:
    generator = torch.Generator().manual_seed(0)
    vectors = torch.randn(count, width, generator=generator) * 0.95 ** torch.arange(width)
    expected = PCA(8, svd_solver="full").fit(vectors.numpy())
    space = principal_space(vectors.clone(), "relu", True, 8, seed=0)
    np.testing.assert_allclose(space.features.var(0, ddof=1), expected.explained_variance_, 2e-3)
    cosines = np.abs((space.axes.T * expected.components_).sum(1))
    np.testing.assert_allclose(cosines[:4], 1, atol=2e-3)


def test_others_get_the_features_that_samples_have() -> None:
    vectors = torch.randn(50, 20, generator=torch.Generator().manual_seed(0))
    space = principal_space(vectors.clone(), "relu", True, 6, seed=0)
    found = features_in(space, vectors[10:12])
    torch.testing.assert_close(found.numpy(), space.features[10:12], rtol=1e-4, atol=1e-5)


def test_keeps_all_there_is_where_that_is_little() -> None:
    vectors = torch.randn(30, 3, generator=torch.Generator().manual_seed(0))
    space = principal_space(vectors.clone(), "relu", True, 50, seed=0)
    assert space.features.shape == (30, 3)
    before, after = torch.pdist(vectors), torch.pdist(torch.from_numpy(space.features))
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5)


def test_a_network_that_gives_other_numbers_is_told_to_make_the_map_again() -> None:
    space = principal_space(torch.randn(30, 8), "relu", True, 4, seed=0)
    with pytest.raises(UserError, match="made from 8 numbers of relu, which now gives 5; make the"):
        features_in(space, torch.zeros(1, 5))


def test_vectors_stay_vectors() -> None:
    assert flat(torch.zeros(2, 7), averaged=True).shape == (2, 7)
