from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.datasets import chosen, load_samples
from core.errors import UserError
from tests.core.data.recordings import tone, write_wav

RECORDINGS = Path(__file__).parents[5] / "shared" / "testdata" / "spoken_digits"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five takes of 0, 1 and 3 by each of two speakers; a digit is a tone."""
    for digit in (0, 1, 3):
        for speaker in ("anna", "bo_b"):
            for take in range(5):
                samples = tone(300 + 500 * digit, 500 + 100 * take)
                write_wav(tmp_path / f"{digit}_{speaker}_{take}.wav", samples)
    return tmp_path


def test_spectrograms_are_pictures_of_frequency_over_time(folder: Path) -> None:
    samples = load_samples(f"{folder}?length=1024&bands=16", "train")
    assert samples.images.shape == (24, 16, 8)
    assert samples.images.dtype == np.uint8
    assert samples.classes == ("0", "1", "3")
    rows = samples.images.mean(2).argmax(1)
    assert (rows[samples.labels == 0] > rows[samples.labels == 2].max()).all()


def test_waves_are_pictures_of_one_row(folder: Path) -> None:
    samples = load_samples(f"{folder}?form=wave&length=600", "train")
    assert samples.images.shape == (24, 1, 600)
    assert (np.abs(samples.images.astype(int) - 128).max((1, 2)) == 127).all()
    assert samples.frame(0).shape == (1, 600, 3)


def test_takes_of_every_digit_and_speaker_are_held_out(folder: Path) -> None:
    train, test = (load_samples(f"{folder}?form=wave", split) for split in ("train", "test"))
    assert (train.counts.tolist(), test.counts.tolist()) == ([8, 8, 8], [2, 2, 2])
    assert test.division == (
        "24 takes are for training and 6 others for testing, in proportion of each digit by anna "
        "and bo_b, drawn with seed 0."
    )


def test_a_speaker_can_be_held_out(folder: Path) -> None:
    train, test = (load_samples(f"{folder}?speaker=anna", split) for split in ("train", "test"))
    assert (len(train), len(test)) == (15, 15)
    assert "All 15 takes of anna are for testing" in train.division
    with pytest.raises(UserError, match=r"No speaker is 'ana'; did you mean anna\?"):
        load_samples(f"{folder}?speaker=ana")


def test_other_names_are_left_out_and_named(folder: Path) -> None:
    write_wav(folder / "hello.wav", tone(500))
    samples = load_samples(f"{folder}?form=wave", "train")
    assert len(samples) == 24
    assert samples.remarks == (
        "Files not named as DIGIT_SPEAKER_TAKE.wav, and left out: 1 (hello.wav).",
    )


def test_a_folder_without_digits_says_how_they_are_named(tmp_path: Path) -> None:
    write_wav(tmp_path / "hello.wav", tone(500))
    with pytest.raises(UserError, match=r"such as 7_anna_0\.wav"):
        load_samples(str(tmp_path))
    with pytest.raises(UserError, match="write its path instead of spoken_digits"):
        load_samples("spoken_digits")


def test_a_single_speaker_leaves_nothing_to_learn_from(tmp_path: Path) -> None:
    write_wav(tmp_path / "1_anna_0.wav", tone(500))
    with pytest.raises(UserError, match="There is nothing left for training"):
        load_samples(f"{tmp_path}?speaker=anna", "train")


def test_a_folder_of_recordings_is_opened_as_spoken_digits(folder: Path) -> None:
    assert chosen(str(folder)).data.name == "spoken_digits"
    assert chosen(str(folder)).title == folder.name


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not here")
def test_real_recordings_are_read() -> None:
    samples = load_samples(str(RECORDINGS), "test")
    assert samples.images.shape == (80, 32, 32)
    assert samples.counts.tolist() == [8] * 10
    assert "by jackson and theo" in samples.division
