from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.datasets import load_samples
from core.jobs import finish
from core.network.loading import open_model
from core.paths import resource
from core.training.runs import RunSettings, create_run, train_run
from core.training.settings import Change, Stop, TrainParams
from workbench.command_line import command_names, main

COFFEE, CAT = resource("photos", "coffee.jpg"), resource("photos", "cat.jpg")
QUICK = ["--set", "batch=8", "--seed", "1"]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command line here, and gives its exit code, and the lines on stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, list[str]]:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return run


@pytest.fixture
def refused(said: Any) -> Any:
    """Runs a command that has to fail, and gives its one line on stderr."""

    def run(*arguments: object) -> str:
        code, out, errors = said(*arguments)
        assert (code, out, len(errors)) == (2, "", 1)
        sentence: str = errors[0]
        return sentence

    return run


def look(said: Any, out: Path, *arguments: object) -> Any:
    assert said("look", *arguments, "--out", out)[0] == 0
    if out.suffix == ".json":
        return json.loads(out.read_text("utf-8"))
    with np.load(out, allow_pickle=False) as file:
        return dict(file)


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# What there is


@pytest.mark.parametrize("kind", ["analyses", "layers", "presets", "datasets", "cameras"])
def test_lists_what_there_is_with_name_title_and_source(said: Any, kind: str) -> None:
    code, out, _ = said("list", kind, "--json")
    rows = json.loads(out)
    assert code == 0
    assert rows
    assert all(row["name"] and row["title"] and {"source"} <= row.keys() for row in rows)


def test_lists_the_settings_of_each_analysis(said: Any) -> None:
    rows = {row["name"]: row for row in json.loads(said("list", "analyses", "--json")[1])}
    size = next(row for row in rows["occlusion"]["params"] if row["name"] == "size")
    assert size.keys() >= {"name", "default", "low", "high", "label"}
    assert size["low"] <= size["default"] <= size["high"]


def test_lists_for_people_in_aligned_columns(said: Any) -> None:
    rows = {row["name"]: row["title"] for row in json.loads(said("list", "presets", "--json")[1])}
    lines = said("list", "presets")[1].splitlines()
    assert len({line.index(rows[line.split()[0]]) for line in lines}) == 1


def test_lists_the_benchmarks_of_the_checkout_without_running_them(said: Any) -> None:
    names = [row["name"] for row in json.loads(said("list", "benchmarks", "--json")[1])]
    assert {"first_paint", "usable", "input_pipeline"} <= set(names)


def test_describes_lenet_with_the_numbers_of_the_lecture(said: Any) -> None:
    _, out, _ = said("describe", "lenet5", "--json")
    described = json.loads(out)
    first = described["layers"][0]
    assert first == {
        "name": "conv1", "kind": "Conv2d", "shape": [6, 28, 28], "parameters": 156,
        "macs": 117_600, "memory": 18_816, "receptive_field": 5,
    }  # fmt: skip
    assert described["total"]["parameters"] == 61_706


def test_describes_for_people_with_a_line_of_totals(said: Any) -> None:
    lines = said("describe", "lenet5")[1].splitlines()
    assert lines[0].split()[:2] == ["name", "kind"]
    assert lines[-1].split()[:2] == ["total", "61,706"]


def test_describes_a_network_behind_another_input(said: Any) -> None:
    described = json.loads(said("describe", "alexnet_trunk", "--input", "3,64,64", "--json")[1])
    assert described["layers"][0]["shape"] == [64, 15, 15]


def test_puts_a_file_of_weights_into_a_network_and_says_how_it_fitted(
    said: Any, refused: Any, tmp_path: Path
) -> None:
    path = tmp_path / "weights.safetensors"
    said("convert", "lecture_sum", "--to", "safetensors", "--out", path)
    code, out, errors = said("describe", "lecture_sum", "--weights", path)
    assert (code, errors) == (0, [])
    assert out.splitlines()[-1].startswith("weights.safetensors fits ")
    account = json.loads(said("describe", "lecture_sum", "--weights", path, "--json")[1])["weights"]
    assert account["matched"] == account["total"] > 0
    assert "another network" in refused("describe", "lenet5", "--weights", path)


# Looking


def test_sees_espresso_in_the_coffee(said: Any, tmp_path: Path) -> None:
    seen = look(said, tmp_path / "p.json", "efficientnet_lite0", "predictions", "--image", COFFEE)
    assert seen["classes"][0]["name"] == "espresso"
    assert seen["classes"][0]["probability"] == pytest.approx(0.95, abs=0.02)
    assert seen["classes"][0].keys() == {"index", "name", "probability"}


def test_sees_three_kinds_of_cat_in_the_cat(said: Any, tmp_path: Path) -> None:
    seen = look(said, tmp_path / "p.json", "efficientnet_lite0", "predictions", "--image", CAT)
    assert {row["name"] for row in seen["classes"][:3]} == {"tiger cat", "Egyptian cat", "tabby"}


def test_without_an_image_looks_at_the_networks_own_example(said: Any, tmp_path: Path) -> None:
    own = look(said, tmp_path / "own.json", "efficientnet_lite0", "predictions")
    cat = look(said, tmp_path / "cat.json", "efficientnet_lite0", "predictions", "--image", CAT)
    assert own == cat


def test_activations_are_maps_and_say_what_made_them(said: Any, tmp_path: Path) -> None:
    seen = look(
        said, tmp_path / "a.npz", "lenet5", "activations", "--layer", "conv1", "--seed", "3"
    )
    assert seen["maps"].shape == (6, 28, 28)
    meta = json.loads(str(seen["meta"]))
    assert (meta["analysis"], meta["layer"]) == ("activations", "conv1")
    assert meta["model"]["origin"] == "preset:lenet5"
    assert len(meta["model"]["weights"]) == 64
    assert meta["versions"].keys() >= {"torch", "numpy", "python", "cnn-workbench"}


def test_the_seed_decides_the_weights_that_are_not_trained(said: Any, tmp_path: Path) -> None:
    maps = [
        look(said, tmp_path / "a.npz", "lenet5", "activations", "--seed", seed)["maps"]
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])


def test_a_sample_of_a_data_set_is_a_picture(said: Any, tmp_path: Path) -> None:
    arguments = ("lenet5_fashion", "predictions", "--data", "fashion_mnist:test:1")
    seen = look(said, tmp_path / "p.json", *arguments)
    assert seen["classes"][0]["name"] == "Pullover"


def test_occlusion_has_a_map_and_the_probability_at_each_place(said: Any, tmp_path: Path) -> None:
    arguments = ("lenet5_fashion", "occlusion", "--set", "size=7", "--set", "stride=7")
    seen = look(said, tmp_path / "o.npz", *arguments)
    assert seen["values"].shape == (28, 28)
    assert seen["probability"].shape == (len(seen["tops"]), len(seen["lefts"]))


def test_a_class_is_given_by_name_or_index(said: Any, tmp_path: Path) -> None:
    common = ("lenet5_fashion", "occlusion", "--set", "size=14", "--set", "stride=14")
    named = look(said, tmp_path / "a.npz", *common, "--class", "ankle BOOT")
    numbered = look(said, tmp_path / "b.npz", *common, "--class", "9")
    np.testing.assert_array_equal(named["values"], numbered["values"])


def test_filters_are_the_kernels_of_the_first_convolution(said: Any, tmp_path: Path) -> None:
    assert look(said, tmp_path / "f.npz", "lenet5", "filters")["maps"].shape == (6, 5, 5)
    alexnet = look(said, tmp_path / "g.npz", "alexnet_trunk", "filters")
    assert alexnet["maps"].shape == (64, 11, 11, 3)


def test_gabor_fits_have_a_row_for_each_kernel_and_a_baseline(said: Any, tmp_path: Path) -> None:
    seen = look(said, tmp_path / "g.json", "alexnet_trunk", "gabor")
    assert len(seen["fits"]) == 64
    assert seen["fits"][0].keys() >= {
        "unit", "r2", "orientation_deg", "wavelength_px", "phase_deg",
    }  # fmt: skip
    assert sum(row["r2"] > 0.7 for row in seen["fits"]) >= 35
    assert seen["baseline"]


def test_an_embedding_is_a_point_for_each_sample(said: Any, tmp_path: Path) -> None:
    seen = look(
        said, tmp_path / "e.npz", "lenet5", "embedding", "--set", "count=60",
        "--set", "perplexity=10", "--set", "iterations=50", "--set", "exaggerated=20",
    )  # fmt: skip
    assert seen["points"].shape == (60, 2)
    assert len(seen["labels"]) == len(seen["index"]) == 60


def test_a_dream_is_a_picture(said: Any, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    Image.open(CAT).resize((96, 64)).save(small)
    arguments = ("alexnet_trunk", "deep_dream", "--layer", "conv2", "--image", small)
    seen = look(said, tmp_path / "d.npz", *arguments, "--set", "steps=1", "--set", "octaves=1")
    assert seen["picture"].shape == (64, 96, 3)
    assert seen["picture"].dtype == np.uint8


def test_a_unit_that_is_named_is_dreamt_of_alone(said: Any, tmp_path: Path) -> None:
    common = ("alexnet_trunk", "deep_dream", "--layer", "conv1", "--image", CAT)
    quick = ("--set", "steps=1", "--set", "octaves=1", "--set", "width=96")
    whole = look(said, tmp_path / "w.npz", *common, *quick)["picture"]
    named = look(said, tmp_path / "n.npz", *common, *quick, "--unit", "3")["picture"]
    told = look(
        said, tmp_path / "t.npz", *common, *quick, "--unit", "3", "--set", "unit_only=true"
    )["picture"]
    np.testing.assert_array_equal(named, told)
    assert (named != whole).any()


def test_a_png_carries_what_made_it(said: Any, tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    assert said("look", "lenet5", "activations", "--layer", "conv2", "--out", out)[0] == 0
    with Image.open(out) as picture:
        meta = json.loads(picture.text["meta"])  # type: ignore[attr-defined]
    assert meta["layer"] == "conv2"


# Training


def test_trains_into_a_run_that_is_a_network(said: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    code, out, _ = said(
        "train", "lenet5", "--data", "fashion_mnist", "--steps", "3", *QUICK, "--out", run, "--json"
    )
    assert code == 0
    result = json.loads(out)
    assert result["step"] == 3
    assert 0 <= result["metrics"]["test_accuracy"] <= 1
    seen = look(said, tmp_path / "p.json", run, "predictions", "--data", "fashion_mnist:test:0")
    assert len(seen["classes"]) == 5


def test_resumes_only_what_was_begun_with_the_same_settings(
    said: Any, refused: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    begin = ("train", "lenet5", "--data", "fashion_mnist", "--steps", "2", *QUICK, "--out", run)
    assert said(*begin)[0] == 0
    assert "is there already" in refused(*begin)
    assert "batch = 8, not 4" in refused(
        "train", "lenet5", "--set", "batch=4", "--out", run, "--resume"
    )
    assert "trains LeNet-5, not alexnet_trunk" in refused(
        "train", "alexnet_trunk", "--out", run, "--resume"
    )
    assert said("train", "lenet5", "--out", run, "--resume")[0] == 0


def test_tells_what_happened_on_the_way(said: Any, tmp_path: Path) -> None:
    folder, data = tmp_path / "run", load_samples("fashion_mnist", "train")
    test = load_samples("fashion_mnist", "test")
    plan = RunSettings("fashion_mnist", TrainParams(batch=64), seed=0, steps=3)
    run = create_run(folder, open_model("lenet5"), data, test, plan)
    steps = train_run(folder, run, data, test)
    next(steps)
    steps.send(Change(rate=0.01))
    steps.send(Stop())
    finish(steps)

    _, out, _ = said("train", "lenet5", "--out", folder, "--resume", "--json")

    assert json.loads(out)["notes"] == ["From step 2: Learning rate 0.01."]


def test_ctrl_c_keeps_what_was_learned_and_says_where(tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = (
        sys.executable, "-m", "workbench", "train", "lenet5", "--data", "fashion_mnist",
        "--epochs", "1000", "--out", str(run),
    )  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as training:
        while not run.exists():
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"ended before it began: {training.wait(0.1)}")
        training.send_signal(signal.SIGINT)
        _, errors = training.communicate(timeout=60)
    assert training.returncode == 130
    assert errors.startswith(f"Stopped; {run} holds step ")
    assert len(errors.splitlines()) == 1


# Converting


def test_a_network_survives_as_json_and_weights(said: Any, tmp_path: Path) -> None:
    spec, weights = tmp_path / "net.json", tmp_path / "net.safetensors"
    for form, path in (("json", spec), ("safetensors", weights)):
        assert said("convert", "lenet5_fashion", "--to", form, "--out", path)[0] == 0
    sample = ("predictions", "--data", "fashion_mnist:test:0")
    first = look(said, tmp_path / "a.json", "lenet5_fashion", *sample)
    again = look(said, tmp_path / "b.json", weights, *sample, "--spec", spec)
    assert again["classes"] == first["classes"]


WORDS = "input 1x28x28 | conv 6@5x5 pad 2 tanh | avgpool 2 | flatten | dense 10"


def test_a_network_in_words_is_a_model(said: Any) -> None:
    described = json.loads(said("describe", WORDS, "--json")[1])
    assert [row["kind"] for row in described["layers"]] == [
        *("Conv2d", "Tanh", "AvgPool2d", "Flatten", "Dense"),
    ]
    without = WORDS.partition("| ")[2]
    assert said("convert", without, "--input", "1,28,28", "--to", "notation")[1] == f"{WORDS}\n"


def test_words_longer_than_the_name_of_a_file_are_a_model(said: Any) -> None:
    deep = "input 1x8x8" + " | conv 2@3x3 pad 1 relu" * 200
    assert said("convert", deep, "--to", "notation")[1] == f"{deep}\n"


@pytest.mark.parametrize("form", ["python", "json", "notation"])
def test_text_is_printed_or_written(said: Any, tmp_path: Path, form: str) -> None:
    out = tmp_path / "network.txt"
    printed = said("convert", "lenet5", "--to", form)[1]
    assert said("convert", "lenet5", "--to", form, "--out", out) == (0, "", [])
    assert out.read_text("utf-8") == printed


def test_the_source_of_a_network_trains_it_where_that_is_wanted(said: Any) -> None:
    _, plain, _ = said("convert", "lenet5", "--to", "python")
    _, script, _ = said("convert", "lenet5", "--to", "python", "--training")
    assert "class LeNet5(nn.Module):" in plain
    assert "ArgumentParser" not in plain
    assert "MEAN = (0.286,)" in script


def test_a_network_as_onnx_says_how_far_it_is_from_torch(said: Any, tmp_path: Path) -> None:
    out = tmp_path / "network.onnx"
    code, report, errors = said("convert", WORDS, "--to", "onnx", "--out", out)
    assert (code, errors) == (0, [])
    assert report.startswith(f"{out}: {out.stat().st_size:,} bytes, operator set ")
    assert "onnxruntime differs from torch by at most" in report


# Mistakes


def test_a_misspelt_word_of_a_network_names_the_nearest(refused: Any) -> None:
    assert "'cnov' is no layer; did you mean conv" in refused(
        "describe", "input 1x28x28 | cnov 6@5x5"
    )
    assert "did you mean conv" in refused("convert", "cnov 6@5 | relu", "--to", "notation")


def test_a_network_in_words_without_its_input_says_what_is_missing(refused: Any) -> None:
    sentence = refused("describe", "conv 6@5x5 | relu")
    assert sentence.endswith("is missing; begin with input 1x28x28 |.")


def test_a_form_that_is_no_text_needs_a_file(refused: Any) -> None:
    assert "--out FILE" in refused("convert", "lenet5", "--to", "onnx")
    assert "did you mean onnx" in refused("convert", "lenet5", "--to", "onxn")
    assert "--to python" in refused("convert", "lenet5", "--to", "json", "--training")
    assert "no description" in refused("convert", "torchvision:alexnet", "--to", "notation")


def test_a_unit_or_a_cell_that_is_not_there_is_said_so(refused: Any, tmp_path: Path) -> None:
    out = ("--image", CAT, "--out", tmp_path / "x.npz")
    answer = refused("look", "alexnet_trunk", "activations", "--layer", "conv1", "--unit", 64, *out)
    assert answer == "conv1 has 64 units, 0 to 63; there is no unit 64."
    assert "give --cell ROW,COL" in refused("look", "lenet5", "cell", *out)


def test_a_misspelt_preset_names_the_nearest(refused: Any) -> None:
    assert "did you mean lenet5" in refused("describe", "lenet")


def test_a_misspelt_command_names_the_nearest(refused: Any) -> None:
    assert "did you mean train" in refused("trian")
    assert "invalid choice: 'trian'" in refused("trian", "lenet5")


def test_a_misspelt_analysis_layer_class_or_setting_names_the_nearest(
    refused: Any, tmp_path: Path
) -> None:
    out = ("--out", tmp_path / "x.npz")
    assert "did you mean predictions" in refused("look", "lenet5", "prediction", *out)
    assert "did you mean conv1" in refused("look", "lenet5", "filters", "--layer", "cov1", *out)
    assert "did you mean Sandal" in refused(
        "look", "lenet5", "occlusion", "--class", "Sandals", *out
    )
    assert "did you mean size" in refused("look", "lenet5", "occlusion", "--set", "sise=3", *out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--input", "3,64"],
        ["--input", "1,99999999999999999999999,3"],
        ["--unit", "-1"],
        ["--unit", "one"],
        ["--cell", "5"],
        ["--seed", "1.5"],
        ["--seed", "9" * 30],
        ["--class", "99999"],
        ["--set", "size"],
        ["--set", "size=1e99"],
        ["--set", "size=-4"],
        ["--set", "size=nan"],
        ["--device", "cuda:99x"],
        ["--device", "meta"],
        ["--nonsense"],
    ],
)
def test_absurd_numbers_are_one_sentence(
    refused: Any, tmp_path: Path, arguments: list[str]
) -> None:
    analysis = "activations" if arguments[0] == "--unit" else "occlusion"
    layer = ["--layer", "conv1"] if analysis == "activations" else []
    out = ["--out", str(tmp_path / "x.npz")]
    assert refused("look", "lenet5", analysis, *layer, *arguments, *out)
    assert list(tmp_path.iterdir()) == []


def test_a_suffix_that_fits_no_result_is_told_before_the_work(refused: Any, tmp_path: Path) -> None:
    sentence = refused("look", "lenet5", "occlusion", "--out", tmp_path / "x.gif")
    assert ".npz, .json, .png, .csv" in sentence


def test_a_suffix_that_does_not_fit_names_those_that_do(refused: Any, tmp_path: Path) -> None:
    sentence = refused("look", "lenet5", "predictions", "--out", tmp_path / "x.png")
    assert ".npz, .json, .csv" in sentence


@pytest.mark.parametrize("out", ["x" * 300, "file/inside"])
def test_a_place_that_cannot_be_is_told(refused: Any, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("")
    for command in ("screenshots look", "train lenet5 --data fashion_mnist --steps 1"):
        assert str(tmp_path / out.partition("/")[0]) in refused(
            *command.split(), "--out", tmp_path / out
        )


@pytest.mark.parametrize("content", [b"", b"no picture", COFFEE.read_bytes()[:20_000]])
def test_an_image_that_is_none_or_a_part_of_one_is_told(
    refused: Any, tmp_path: Path, content: bytes
) -> None:
    image = tmp_path / "picture.jpg"
    image.write_bytes(content)
    out = tmp_path / "p.json"
    assert "picture.jpg could not be read" in refused(
        "look", "efficientnet_lite0", "predictions", "--image", image, "--out", out
    )
    assert not out.exists()


class Code:
    """A pickle of this runs a command."""

    def __reduce__(self) -> Any:
        return os.system, ("exit 1",)


def test_weights_that_are_a_pickle_with_code_or_truncated_are_told(
    said: Any, refused: Any, tmp_path: Path
) -> None:
    spec, whole = tmp_path / "net.json", tmp_path / "net.safetensors"
    said("convert", "lenet5", "--to", "json", "--out", spec)
    said("convert", "lenet5", "--to", "safetensors", "--out", whole)
    part, code = tmp_path / "part.safetensors", tmp_path / "code.pt"
    part.write_bytes(whole.read_bytes()[:-10])
    code.write_bytes(pickle.dumps(Code()))
    look = ("predictions", "--spec", spec, "--out", tmp_path / "p.json")
    assert "only a part of one" in refused("look", part, *look)
    assert "pickle that holds Python code" in refused("look", code, *look)


def test_a_batch_larger_than_the_data_set_is_told_and_leaves_no_run(
    refused: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert "A batch of 60000 is larger than the 12000" in refused(
        "train", "lenet5", "--data", "fashion_mnist", "--set", "batch=60000", "--out", run
    )
    assert list(tmp_path.iterdir()) == []


def test_training_without_data_says_what_to_name(refused: Any, tmp_path: Path) -> None:
    assert "--data fashion_mnist" in refused("train", "lenet5", "--out", tmp_path / "run")


def test_a_benchmark_that_is_not_there_names_the_nearest(refused: Any) -> None:
    assert "did you mean first_paint" in refused("bench", "first_pain")


def test_every_command_has_help(said: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert {"list", "describe", "look", "train", "convert", "bench"} <= set(command_names())
    for name in command_names():
        with pytest.raises(SystemExit) as stop:
            main([name, "--help"])
        assert stop.value.code == 0
        assert f"cnn-workbench {name}" in capsys.readouterr().out


# As a process


def test_list_and_look_do_without_qt(tmp_path: Path) -> None:
    script = (
        "import sys; from workbench.command_line import main; "
        "code = main(['list', 'analyses']) or "
        f"main(['look', 'lenet5', 'predictions', '--out', {str(tmp_path / 'p.json')!r}]); "
        "print(code, [n for n in sys.modules if n.startswith(('PySide6', 'pyqtgraph'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def test_a_mistake_is_the_only_line_on_stderr_of_the_process(tmp_path: Path) -> None:
    done = process("look", "lenet", "predictions", "--out", tmp_path / "p.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_mistake() -> None:
    command = (sys.executable, "-m", "workbench", "describe", "efficientnet_lite0")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as describing:
        assert describing.stdout is not None
        describing.stdout.close()
        assert describing.stderr is not None
        assert describing.stderr.read() == ""
    assert describing.returncode == 0


def test_what_only_the_window_can_look_at_says_so(refused: Any, tmp_path: Path) -> None:
    sentence = refused("look", "lenet5", "place", "--out", tmp_path / "p.json")
    assert "goes on from a result that only the window keeps" in sentence


def test_a_network_without_maps_asks_for_a_layer_by_its_option(
    refused: Any, tmp_path: Path
) -> None:
    words = "input 1x28x28 | flatten | dense 10"
    sentence = refused("look", words, "gabor", "--out", tmp_path / "g.json")
    assert sentence.endswith("give --layer L.")
