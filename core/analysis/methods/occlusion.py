"""Which parts of the image does the class probability depend on?"""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from core.analysis.declare import analysis
from core.arithmetic import Bools
from core.errors import UserError
from core.jobs import Progress
from core.network.subject import Subject
from core.options import option
from core.results import Floats, Heatmap, Ints, Patches

#: Side of a patch, and step, where they are not chosen: 32 and 16 px of 224.
PATCHES_ACROSS = 7
#: Positions are visited in grids of these steps, so that the whole map is there early.
STEPS = (4, 2, 1)
#: What the forward pass from yield to yield is to take, in s.
BATCH_SECONDS = 0.08
#: Images that a processor looks at together: more leave its caches, and take longer each.
MOST_TOGETHER = 64
#: Copies of the widest layer's values that a forward pass holds at once, and its share of memory.
COPIES, MEMORY_SHARE = 4, 0.25
#: Taken for the free memory where the system does not tell it: 1 GiB.
UNKNOWN_MEMORY = 2**30


@dataclass(frozen=True)
class OcclusionParams:
    """What hides the image, and where."""

    size: int = option(
        0, 0, 4096, label="Patch", unit="px",
        lowest="a seventh",
        help="Side of the square that hides the image; 0: a seventh of the image",
    )  # fmt: skip
    stride: int = option(
        0, 0, 4096, label="Stride", unit="px",
        lowest="half of it",
        help="Step from patch to patch, at most the patch; 0: half of it",
    )  # fmt: skip
    fill: str = option(
        "grey",
        label="Fill",
        choices={
            "grey": "Mean colour",
            "black": "Black",
            "white": "White",
            "blur": "Blurred image",
        },
        help="What is put in the place of the image",
    )


@analysis("Occlusion", source="Zeiler & Fergus 2014, arXiv:1311.2901, section 4.2")
def occlusion(
    subject: Subject,
    image: Tensor,
    target: int | None,
    params: OcclusionParams = OcclusionParams(),
) -> Generator[Progress, None, Heatmap]:
    """Slide a patch over `image` and measure how much the class probability drops.

    A pixel's value is the mean drop over the patches that cover it, in probability (-1 to 1);
    negative where hiding the pixel helps.  The last patch of a row or column is cut at the
    image's edge.  Patches are visited in ever finer grids; a partial map takes those not yet
    visited for their nearest coarser one.  Yields after each batch, whose size follows from the
    time that the last one took and from the free memory.
    Raises UserError if the patch is larger than the image, or the stride than the patch.
    """
    subject.check_reads_pictures()
    target = subject.target_or_best(image, target)
    height, width = image.shape[-2:]
    size, stride = _checked(params, height, width)
    tops, lefts = _starts(height, size, stride), _starts(width, size, stride)
    down, across = _covers(tops, size, height), _covers(lefts, size, width)
    scan = _Scan(subject, image, _fill(params.fill, subject, image, size), down, across, target)
    unoccluded = float(subject.scores(image).softmax(0)[target])
    unknown = np.full((len(tops), len(lefts)), np.nan, np.float32)
    patches = Patches(unknown, tops, lefts, size, unoccluded)
    order, done, seconds = _coarse_to_fine(*unknown.shape), 0, subject.forward_seconds
    most, snapshot = _most_together(subject), subject.snapshot
    while done < len(order):
        count = max(1, min(most, round(BATCH_SECONDS / max(seconds, 1e-6))))
        rows, columns = order[done : done + count].T
        subject.update(snapshot)  # the lane may have looked at newer weights since the last yield
        began = perf_counter()
        probability = patches.probability.copy()
        probability[rows, columns] = scan(rows, columns)
        seconds = (perf_counter() - began) / len(rows)
        done += len(rows)
        patches = replace(patches, probability=probability)
        heat = _heat(patches, down, across, subject.class_name(target))
        yield Progress(done, len(order), heat)
    return heat


@dataclass(frozen=True, eq=False)
class _Scan:
    """The probability of a class with a patch at each of some places of a grid.

    `down` [rows, H] and `across` [columns, W] tell which pixels a patch in each row and column
    covers.
    """

    subject: Subject
    image: Tensor
    fill: Tensor
    down: Bools
    across: Bools
    target: int

    def __call__(self, rows: Ints, columns: Ints) -> Floats:
        """One forward pass for all places (rows[k], columns[k])."""
        down, across = (
            torch.from_numpy(covers).to(self.image.device)
            for covers in (self.down[rows], self.across[columns])
        )
        hidden = (down[:, :, None] & across[:, None, :])[:, None]
        batch = torch.where(hidden, self.fill, self.image)
        found: Floats = self.subject.probabilities(batch)[:, self.target].cpu().numpy()
        return found


def _checked(params: OcclusionParams, height: int, width: int) -> tuple[int, int]:
    """Patch and stride in pixels.  Raises UserError, with what would fit, if they do not."""
    side = min(height, width)
    size = params.size or max(1, side // PATCHES_ACROSS)
    stride = params.stride or max(1, size // 2)
    if size > side:
        raise UserError(
            f"A {size} px patch is larger than the {height} x {width} px image; choose at most "
            f"{side} px."
        )
    if stride > size:
        raise UserError(
            f"A stride of {stride} px leaves gaps between {size} px patches; choose at most "
            f"{size} px."
        )
    return size, stride


def _starts(length: int, size: int, stride: int) -> Ints:
    """Where patches start so that they cover `length` pixels; the last may hang over the end."""
    return np.arange(-(-(length - size) // stride) + 1, dtype=np.int64) * stride


def _covers(starts: Ints, size: int, length: int) -> Bools:
    """Which of `length` pixels each patch covers, [n, length]."""
    pixels = np.arange(length)
    covers: Bools = (pixels >= starts[:, None]) & (pixels < starts[:, None] + size)
    return covers


def _heat(patches: Patches, down: Bools, across: Bools, name: str) -> Heatmap:
    """The mean drop over the patches that cover each pixel, of the class of that name.

    The patches form a grid, so that the mean is one over rows and one over columns.
    """
    drop = patches.unoccluded - _estimated(patches.probability, patches.unoccluded)
    rows, columns = (covers / covers.sum(0) for covers in (down, across))
    values = (rows.T @ drop @ columns).astype(np.float32)
    return Heatmap(values, f"mean drop in probability of {name}", signed=True, patches=patches)


def _coarse_to_fine(rows: int, columns: int) -> Ints:
    """All places (row, column) of a grid [rows * columns, 2], coarser sub-grids first."""
    places = np.indices((rows, columns)).reshape(2, -1).T
    stage = sum((places % step > 0).any(1).astype(int) for step in STEPS)
    return places[np.argsort(stage, kind="stable")]


def _estimated(probability: Floats, unknown: float) -> Floats:
    """The probabilities, with those not yet known (nan) taken from the next coarser grid."""
    rows, columns = np.indices(probability.shape)
    shown = probability
    for step in sorted(STEPS):
        coarser = probability[rows // step * step, columns // step * step]
        shown = np.where(np.isnan(shown), coarser, shown)
    return np.where(np.isnan(shown), np.float32(unknown), shown)


def _fill(name: str, subject: Subject, image: Tensor, size: int) -> Tensor:
    """What is seen in the place of the image, [C, 1, 1] or [C, H, W]."""
    if name == "blur":
        coarse = [max(1, side // size) for side in image.shape[-2:]]
        small = interpolate(image[None], coarse, mode="area")
        return interpolate(small, image.shape[-2:], mode="bilinear", align_corners=False)[0]
    blank = image.new_zeros(len(image), 1, 1)
    if name == "grey":
        return blank  # the mean of the images that the network was made for
    return subject.model.preprocessing.normalise(blank + (name == "white"))


def _most_together(subject: Subject) -> int:
    """How many images a forward pass may look at, by the memory that is free."""
    widest = COPIES * max(1, *(row.memory for row in subject.table))
    room = max(1, int(_free_memory(subject.device) * MEMORY_SHARE / widest))
    return room if torch.device(subject.device).type == "cuda" else min(room, MOST_TOGETHER)


def _free_memory(device: str) -> int:
    """Bytes that are free on a device."""
    if torch.device(device).type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows, macOS
        return UNKNOWN_MEMORY
