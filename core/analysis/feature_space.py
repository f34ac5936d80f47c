"""What samples look like to a layer, in a few dimensions."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

import torch
from torch import Tensor

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import Progress
from core.network.subject import Subject
from core.network.taps import tap
from core.results import FeatureSpace, Ints

#: Aimed at from batch to batch, in s; most pictures in one batch.
BATCH_SECONDS, MOST_AT_ONCE = 0.08, 256
#: Most bytes that the features of all samples may take before they are reduced: 1 GiB.
MOST_BYTES = 2**30
#: Extra directions, and passes over the features, that make the randomised components exact to
#: about 1e-3 of their variance (Halko et al. 2011, section 1.3).
OVERSAMPLING, PASSES = 14, 4


def sample_features(
    subject: Subject, layer: str, samples: Samples, chosen: Ints, averaged: bool
) -> Generator[Progress, None, Tensor]:
    """What `layer` gives for the samples `chosen`, [n, D], in batches.

    Raises UserError if that would be too much to keep.
    """
    found: list[Tensor] = []
    done, count, snapshot = 0, 1, subject.snapshot
    while done < len(chosen):
        subject.update(snapshot)  # the lane may have looked at newer weights since the last yield
        began = perf_counter()
        batch = chosen[done : done + count].tolist()
        found.append(flat(_looked_at(subject, layer, samples, batch), averaged).cpu())
        _check_size(layer, found[0].shape[1], len(chosen))
        done += len(batch)
        seconds = max(perf_counter() - began, 1e-6)
        count = max(1, min(MOST_AT_ONCE, round(len(batch) * BATCH_SECONDS / seconds)))
        yield Progress(done, len(chosen), label=f"Features {done:,} of {len(chosen):,}")
    return torch.cat(found)


def flat(values: Tensor, averaged: bool) -> Tensor:
    """A layer's values [B, …] as vectors [B, D]; the mean of each map if `averaged`."""
    return values.mean((2, 3)) if averaged and values.ndim == 4 else values.flatten(1)


def principal_space(
    vectors: Tensor, layer: str, averaged: bool, dimensions: int, seed: int
) -> FeatureSpace:
    """The vectors [n, D] of a layer in their first principal components, at most `dimensions`.

    Randomised subspace iteration (Halko, Martinsson & Tropp 2011, arXiv:0909.4061, algorithms
    4.4 and 5.1).  Changes `vectors`, which may be large.
    """
    centre = vectors.mean(0)
    vectors -= centre
    width = min(dimensions + OVERSAMPLING, *vectors.shape)
    generator = torch.Generator().manual_seed(seed)
    reach = vectors @ torch.randn(vectors.shape[1], width, generator=generator)
    for _ in range(PASSES):
        basis = torch.linalg.qr(reach).Q
        reach = vectors @ torch.linalg.qr(vectors.T @ basis).Q
    basis = torch.linalg.qr(reach).Q
    axes = torch.linalg.svd(basis.T @ vectors, full_matrices=False).Vh[:dimensions].T
    largest = axes.gather(0, axes.abs().argmax(0, keepdim=True))
    axes = axes * torch.where(largest < 0, -1, 1)  # else their signs differ between machines
    features = vectors @ axes
    return FeatureSpace(
        layer, averaged, features.numpy(), centre.numpy(), axes.contiguous().numpy()
    )


def features_in(space: FeatureSpace, values: Tensor) -> Tensor:
    """The features [B, d] of what the space's layer gives for other pictures, [B, …].

    Raises UserError if it is not as long as what the space was made from.
    """
    vectors = flat(values, space.averaged).cpu()
    if vectors.shape[1] != len(space.centre):
        raise UserError(
            f"This map was made from {len(space.centre):,} numbers of {space.layer}, which now "
            f"gives {vectors.shape[1]:,}; make the map again."
        )
    return (vectors - torch.from_numpy(space.centre)) @ torch.from_numpy(space.axes)


def _looked_at(subject: Subject, layer: str, samples: Samples, batch: list[int]) -> Tensor:
    prepare = subject.model.preprocessing.prepare
    images = [prepare(samples.frame(index), subject.device).image for index in batch]
    with torch.inference_mode(), tap(subject.module, layer, stop=True) as seen:
        subject.module(torch.stack(images))
    return seen[layer].clone()


def _check_size(layer: str, width: int, count: int) -> None:
    if width * count * 4 > MOST_BYTES:
        raise UserError(
            f"{layer} gives {width:,} numbers a sample, {width * count * 4 / 2**30:.1f} GiB for "
            f"{count:,} samples; average each map, or choose at most "
            f"{MOST_BYTES // (4 * width):,} samples."
        )
