"""What is told of a run, and what is asked before it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.options import values_of
from core.training.catalogue import Entry
from core.training.settings import TrainParams
from workbench.run_facts import changed_settings, facts
from workbench.run_question import deletion_question

RUN = Entry(
    Path("/runs/first"), "LeNet-5", {}, "digits", values_of(TrainParams()), 7, {"torch": "2.13"},
    started=0.0, updated=75.0, step=10, steps=40, state="done", metrics={"loss": 0.5},
)  # fmt: skip


def test_tells_only_the_settings_that_are_not_the_defaults() -> None:
    params = TrainParams(optimizer="sgd", rate=0.01, flip=True)

    assert changed_settings(values_of(params)) == {
        "Optimiser": "SGD",
        "Learning rate": "0.01",
        "Mirror": "yes",
    }
    assert ("Settings", "All as they are by default") in facts(RUN)


def test_a_setting_of_another_version_is_told_under_its_name() -> None:
    assert changed_settings({"warp": 3}) == {"warp": "3"}


def test_tells_all_that_the_columns_may_leave_out() -> None:
    told = dict(facts(replace(RUN, state="failed", problem="The disk was full.")))

    assert told["State"] == "failed: The disk was full."
    assert (told["Step"], told["Duration"], told["Seed"]) == ("10 of 40", "1 min 15 s", "7")
    assert (told["Loss"], told["Test accuracy"]) == ("0.5", "–")
    assert (told["Versions"], told["Folder"]) == ("torch 2.13", str(RUN.folder))


def test_tells_what_happened_on_the_way() -> None:
    assert "On the way" not in dict(facts(RUN))
    told = dict(facts(replace(RUN, notes=("From step 5: Momentum 0.5.", "Then more."))))

    assert told["On the way"] == "From step 5: Momentum 0.5. Then more."


def test_asks_with_the_number_and_the_size(qtbot: object) -> None:
    runs = [replace(RUN, folder=Path("/runs", f"run{number}")) for number in range(6)]

    one = deletion_question(runs[:1], 3 * 2**20)
    many = deletion_question(runs, 12 * 2**20)

    assert one.title.text() == "Delete the folder of run0 (3 MiB)?"
    assert many.title.text() == "Delete the folders of 6 runs (12 MiB)?"
    assert many.sentence.startswith("run0, run1, run2, run3 and 2 more: ")


def test_runs_without_a_folder_only_leave_the_list(qtbot: object) -> None:
    card = deletion_question([replace(RUN, state="gone")], 0)

    assert card.title.text() == "Take 1 run off the list?"
