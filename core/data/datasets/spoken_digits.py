"""Spoken digits: recordings named DIGIT_SPEAKER_TAKE.wav, as waves or as spectrograms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Samples, dataset
from core.data.picture_files import listed
from core.data.reading import report
from core.data.spectrogram import spectrogram_levels
from core.data.splits import held_out, held_out_share_option, split_seed_option
from core.data.wav import fitted, read_wav, resampled, wave_levels
from core.errors import UserError
from core.options import option
from core.registry import nearest
from core.results import Bytes, Floats

#: Samples in a second; recordings of another rate are brought to it.
RATE = 8000

_NAME = re.compile(r"(\d+)_(.+)_(\d+)\.wav", re.IGNORECASE)


@dataclass(frozen=True)
class SpokenDigitsParams:
    """Which folder, what a recording becomes, and who is held out."""

    path: str = option("", label="Path", help="The folder of WAV files to read.")
    form: str = option(
        "spectrogram",
        label="Form",
        choices={"wave": "Wave", "spectrogram": "Spectrogram"},
        help="A wave is a signal [1, T]; a spectrogram is a picture of frequency over time.",
    )
    length: int = option(
        4096, 256, 65536, label="Length", unit="samples",
        help="Of 8,000 a second: longer takes lose their quiet ends, shorter ones gain silence.",
    )  # fmt: skip
    bands: int = option(
        32, 8, 128, label="Bands", help="The height of a spectrogram: mel bands up to 4 kHz."
    )
    window: int = option(
        256, 64, 2048, label="Window", unit="samples",
        help="A longer one tells frequencies apart better, and moments worse.",
    )  # fmt: skip
    hop: int = option(
        128, 16, 1024, label="Hop", unit="samples",
        help="From column to column of a spectrogram: length / hop is its width.",
    )  # fmt: skip
    speaker: str = option(
        "", label="Speaker held out",
        help="All takes of this speaker are for testing; empty holds out takes of each speaker.",
    )  # fmt: skip
    test_share: float = held_out_share_option()
    seed: int = split_seed_option()


class Take(NamedTuple):
    """One recording, and what its name says of it."""

    path: Path
    digit: int
    speaker: str


def _opens(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.[wW][aA][vV]"))


@dataset(
    "Folder of spoken digits",
    source="recordings named DIGIT_SPEAKER_TAKE.wav, as in the Free Spoken Digit Dataset",
    params=SpokenDigitsParams,
    opens=_opens,
)
def spoken_digits(split: str, params: SpokenDigitsParams) -> Samples:
    """Waves as pictures of one row [n, 1, T], or log mel spectrograms [n, bands, T / hop].

    Each take is as loud as 8 bit allow.  Test samples are held-out takes of each digit and
    speaker, or all takes of one speaker.
    Raises UserError if the folder has no such recordings, or they cannot be read.
    """
    takes, remark = _takes(params)
    is_test, division = _held_out(takes, params)
    chosen = [take for take, test in zip(takes, is_test, strict=True) if test == (split == "test")]
    if not chosen:
        raise UserError(f"{division} There is nothing left for {split}ing.")
    pictures = []
    for number, take in enumerate(chosen):
        report(number, len(chosen), "Reading recordings")
        pictures.append(_picture(take, params))
    digits = sorted({take.digit for take in takes})
    labels = np.array([digits.index(take.digit) for take in chosen], np.int64)
    classes = tuple(map(str, digits))
    name = Path(params.path).resolve().name
    return Samples(name, split, np.stack(pictures), labels, classes, division, remark)


def _takes(params: SpokenDigitsParams) -> tuple[list[Take], tuple[str, ...]]:
    """The recordings of the folder in order, and a remark on those with other names."""
    if not params.path:
        raise UserError("Name the folder of recordings: write its path instead of spoken_digits.")
    folder = Path(params.path).resolve()
    files = sorted(folder.glob("*.[wW][aA][vV]"))
    named = [(path, _NAME.fullmatch(path.name)) for path in files]
    takes = [Take(path, int(found[1]), found[2]) for path, found in named if found]
    others = [path.name for path, found in named if not found]
    if not takes:
        raise UserError(
            f"No file in {folder} is named as DIGIT_SPEAKER_TAKE.wav, such as 7_anna_0.wav."
        )
    remark = f"Files not named as DIGIT_SPEAKER_TAKE.wav, and left out: {listed(others)}."
    return takes, (remark,) if others else ()


def _held_out(takes: list[Take], params: SpokenDigitsParams) -> tuple[NDArray[np.bool_], str]:
    """Which takes are for testing, and how that came, in a sentence."""
    speakers = sorted({take.speaker for take in takes})
    names = " and ".join([", ".join(speakers[:-1]), speakers[-1]] if speakers[1:] else speakers)
    if params.speaker:
        if params.speaker not in speakers:
            raise UserError(f"No speaker is {params.speaker!r}{nearest(params.speaker, speakers)}")
        chosen = np.array([take.speaker == params.speaker for take in takes])
        return chosen, (
            f"All {int(chosen.sum()):,} takes of {params.speaker} are for testing, and the "
            f"{int((~chosen).sum()):,} of the other speakers for training."
        )
    groups = [(take.digit, take.speaker) for take in takes]
    chosen = held_out(groups, params.test_share, params.seed)
    return chosen, (
        f"{int((~chosen).sum()):,} takes are for training and {int(chosen.sum()):,} others for "
        f"testing, in proportion of each digit by {names}, drawn with seed {params.seed}."
    )


def _picture(take: Take, params: SpokenDigitsParams) -> Bytes:
    """A take as a wave [1, T] or a spectrogram [bands, T / hop]."""
    values: Floats = fitted(resampled(read_wav(take.path), RATE), params.length)
    if params.form == "wave":
        return wave_levels(values)[None]
    return spectrogram_levels(
        values, RATE, bands=params.bands, window=params.window, hop=params.hop
    )
