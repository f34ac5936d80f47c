from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from core.analysis.export import export, plain, suffixes
from core.analysis.methods.gabor import gabor
from core.data.colour_maps import lookup_table
from core.data.images import tiles
from core.errors import UserError
from core.jobs import finish
from core.network.foreign.libraries import snapshot_of
from core.network.subject import Subject
from core.results import (
    ClassProbability,
    Curves,
    Heatmap,
    MapGrid,
    Patches,
    Picture,
    Predictions,
    Scatter,
    Series,
)

ABOUT = {"analysis": "occlusion", "params": {"patch": 2}, "model": {"name": "Café"}}


@pytest.fixture
def heatmap() -> Heatmap:
    patches = Patches(
        probability=np.array([[0.1, 0.2]], np.float32),
        tops=np.array([0]),
        lefts=np.array([0, 2]),
        size=2,
        unoccluded=0.5,
    )
    values = np.arange(8, dtype=np.float32).reshape(2, 4) - 4
    return Heatmap(values, "drop of probability", signed=True, patches=patches)


@pytest.fixture
def predictions() -> Predictions:
    classes = (ClassProbability(7, "cup", 0.75), ClassProbability(2, "tea", 0.25))
    return Predictions(classes, np.array([0, 0, 0.25, 0, 0, 0, 0, 0.75], np.float32))


@pytest.fixture
def scatter() -> Scatter:
    points = np.array([[0, 0], [1, 0], [0, 1]], np.float32)
    return Scatter(points, np.array([0, 1, 2]), np.array([5, 6, 7]), "t-SNE", ("a", "b", "c"))


def test_npz_holds_nested_results_under_the_names_of_their_fields(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    export(heatmap, tmp_path / "map.npz", ABOUT)
    with np.load(tmp_path / "map.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["values"], heatmap.values)
        assert file["probability"].shape == (1, 2)
        assert file["tops"].tolist() == [0]
        assert file["lefts"].tolist() == [0, 2]
        meta = json.loads(str(file["meta"]))
    assert meta["params"] == {"patch": 2}
    assert meta["result"] == {"meaning": "drop of probability", "signed": True}


def test_npz_leaves_out_what_is_only_drawn(tmp_path: Path) -> None:
    maps = np.ones((2, 3, 3), np.float32)
    grid = MapGrid(
        maps,
        "response",
        names=("a", "b"),
        statistics={"mean": maps.mean((1, 2))},
        tiles=tiles(maps, 2),
    )
    export(grid, tmp_path / "maps.npz", ABOUT)
    with np.load(tmp_path / "maps.npz", allow_pickle=False) as file:
        assert sorted(file.files) == ["maps", "mean", "meta", "names"]


def test_png_of_a_signed_map_has_the_diverging_colours_and_says_what_made_it(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    export(heatmap, tmp_path / "map.png", ABOUT)
    with Image.open(tmp_path / "map.png") as picture:
        assert picture.size == (224, 112)
        assert picture.getpixel((0, 0)) == tuple(lookup_table("coolwarm")[0])
        assert json.loads(picture.text["meta"]) == ABOUT  # type: ignore[attr-defined]


def test_png_of_maps_shows_each_as_a_tile(tmp_path: Path) -> None:
    maps = np.zeros((2, 32, 32), np.float32)
    maps[1, :, 16:] = 1
    export(MapGrid(maps, "response"), tmp_path / "maps.png", ABOUT)
    with Image.open(tmp_path / "maps.png") as picture:
        assert picture.size == (64 + 2 + 64, 64)
        assert picture.getpixel((129, 0)) == tuple(lookup_table("viridis")[255])


def test_png_of_a_picture_is_the_picture(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    export(Picture(pixels, "dream"), tmp_path / "dream.png", ABOUT)
    with Image.open(tmp_path / "dream.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), pixels)


def test_png_of_a_scatter_has_a_dot_in_the_colour_of_each_class(
    scatter: Scatter, tmp_path: Path
) -> None:
    export(scatter, tmp_path / "map.png", ABOUT)
    with Image.open(tmp_path / "map.png") as picture:
        colours = np.asarray(picture).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) == 4


def test_png_of_gabor_fits_shows_each_kernel_its_fit_and_what_is_left(tmp_path: Path) -> None:
    convolution = nn.Conv2d(1, 1, 8)
    convolution.weight.data.copy_(torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8))
    subject = Subject(snapshot_of(nn.Sequential(convolution), input_shape=(1, 9, 9)))
    fits = finish(gabor(subject, "0"))
    export(fits, tmp_path / "fits.png", ABOUT)
    with Image.open(tmp_path / "fits.png") as picture:
        assert picture.size == (3 * 64, 64)
        assert picture.getpixel((63, 63)) == tuple(lookup_table("coolwarm")[255])
    assert plain(fits)["fits"][0]["unit"] == 0


def test_json_of_predictions_names_the_classes_most_probable_first(
    predictions: Predictions, tmp_path: Path
) -> None:
    export(predictions, tmp_path / "p.json", ABOUT)
    content = json.loads((tmp_path / "p.json").read_text("utf-8"))
    assert content["classes"][0] == {"index": 7, "name": "cup", "probability": 0.75}
    assert content["meta"] == ABOUT


def test_npz_of_predictions_has_a_column_for_each_field(
    predictions: Predictions, tmp_path: Path
) -> None:
    export(predictions, tmp_path / "p.npz", ABOUT)
    with np.load(tmp_path / "p.npz", allow_pickle=False) as file:
        assert file["name"].tolist() == ["cup", "tea"]
        assert file["index"].tolist() == [7, 2]


def test_json_has_null_for_what_is_not_a_number(tmp_path: Path) -> None:
    export(Heatmap(np.array([[np.nan, 1]], np.float32), "drop"), tmp_path / "m.json", ABOUT)
    assert json.loads((tmp_path / "m.json").read_text("utf-8"))["values"] == [[None, 1.0]]


def test_csv_has_one_row_for_each_point(scatter: Scatter, tmp_path: Path) -> None:
    export(scatter, tmp_path / "points.csv", ABOUT)
    with (tmp_path / "points.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[:2] == [["index", "x", "y", "label"], ["5", "0.0", "0.0", "0"]]
    assert len(rows) == 4


def test_csv_of_curves_has_one_row_for_each_value(tmp_path: Path) -> None:
    curve = Series(np.array([0, 1], np.float32), np.array([2, 1], np.float32))
    export(Curves("step", {"loss": {"train": curve}}), tmp_path / "loss.csv", ABOUT)
    assert (tmp_path / "loss.csv").read_text("utf-8").splitlines() == [
        "axis,curve,step,value", "loss,train,0.0,2.0", "loss,train,1.0,1.0",
    ]  # fmt: skip


def test_names_the_suffixes_that_fit(predictions: Predictions, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\.npz, \.json, \.csv; choose one"):
        export(predictions, tmp_path / "p.png", ABOUT)
    assert suffixes(predictions) == (".npz", ".json", ".csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(heatmap: Heatmap, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be written"):
        export(heatmap, tmp_path / "nowhere" / "map.npz", ABOUT)
