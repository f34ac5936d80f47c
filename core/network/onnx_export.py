"""A network as an ONNX file, which other programs run; checked with onnxruntime first."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.network.foreign.trace import first_line
from core.network.onnx_forms import exportable
from core.network.subject import Subject
from core.paths import written_whole

if TYPE_CHECKING:
    from onnx import ModelProto

    from core.network.snapshot import Model, Snapshot

#: The names of the graph's input [B, C, H, W] and output.
INPUT_NAME, OUTPUT_NAME = "image", "output"

#: The largest difference to torch, as a share of the largest output (at least of 1).
TOLERANCE = 1e-5

#: A protobuf message cannot be larger.
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class OnnxReport:
    """What was written: the file's size, its operator set, and how far onnxruntime is from torch.

    `difference` is the largest of the outputs for a seeded batch.
    """

    path: Path
    bytes: int
    opset: int
    difference: float


def save_onnx(snapshot: Snapshot, path: Path, *, seed: int = 0) -> OnnxReport:
    """Write the network with its weights, for batches of any size, as it is when it is looked at.

    Nothing is written unless onnxruntime gives what torch gives for a batch drawn from `seed`.
    Raises UserError if the network has a part that ONNX has no form for, if the outputs differ,
    or if the file cannot be written.
    """
    subject = Subject(snapshot)
    module = subject.module.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    _check_names(subject)
    shape = _input_shape(subject.model)
    generator = torch.Generator().manual_seed(seed)
    batch = torch.randn(3, *shape, generator=generator)
    with torch.inference_mode():
        own = _first(module(batch))
    graph = _exported(subject.model.name, exportable(module), batch[:2])
    _describe(graph, subject.model)
    content = graph.SerializeToString()
    difference = _difference(subject.model.name, content, batch, own)
    with written_whole(path) as file:
        file.write(content)
    return OnnxReport(path, len(content), graph.opset_import[0].version, difference)


def _check_names(subject: Subject) -> None:
    """Raises UserError for a layer whose name torch's exporter cannot write into a program."""
    words = [row.name for row in subject.table if any(map(iskeyword, row.name.split(".")))]
    if words:
        raise UserError(
            f"{subject.model.name} cannot be written as ONNX, as {words[0]!r} is a word of Python; "
            "give that layer another name."
        )


def _input_shape(model: Model) -> tuple[int, ...]:
    if model.spec is not None:
        return model.spec.input
    return (model.preprocessing.channels, *model.preprocessing.size)


def _exported(name: str, module: nn.Module, example: Tensor) -> ModelProto:
    """The graph that torch's exporter makes, its first axis of any length."""
    from torch.onnx.errors import OnnxExporterError  # onnxscript takes a second

    batch = torch.export.Dim("batch", min=1)
    try:
        with _quiet():
            program = torch.onnx.export(
                module,
                (example,),
                dynamo=True,
                verbose=False,
                input_names=[INPUT_NAME],
                output_names=[OUTPUT_NAME],
                dynamic_shapes=({0: batch},),
            )
    except (OnnxExporterError, RuntimeError, ValueError, TypeError) as error:
        raise UserError(
            f"{name} cannot be written as ONNX: {_reason(error)}; write its weights as safetensors."
        ) from error
    if program is None:
        raise ValueError("the exporter gave no program")
    graph: ModelProto = program.model_proto
    if graph.ByteSize() > _LARGEST:
        raise UserError(
            f"{name} needs {graph.ByteSize() / 2**30:.1f} GiB, but one ONNX file holds at most "
            "2 GiB; write it as safetensors."
        )
    return graph


def _reason(error: BaseException) -> str:
    """What the exporter says at the root of a failure, in one sentence without its full stop."""
    while error.__cause__ is not None:
        error = error.__cause__
    return first_line(error).split(". ")[0].rstrip(".")


def _describe(graph: ModelProto, model: Model) -> None:
    """Note in the graph what the network is, and what it does to its input."""
    from onnx.helper import set_model_props  # as slow as the exporter

    seen = model.preprocessing
    notes: dict[str, Any] = {
        "name": model.name, "mean": seen.mean, "std": seen.std, "classes": model.classes,
    }  # fmt: skip
    graph.producer_name = "CNN Workbench"
    set_model_props(graph, {key: json.dumps(value) for key, value in notes.items()})


def _difference(name: str, content: bytes, batch: Tensor, own: Tensor) -> float:
    """The largest difference between onnxruntime's output and torch's own.

    Raises UserError if it is more than rounding explains.
    """
    from onnxruntime import InferenceSession, SessionOptions  # 0.2 s

    options = SessionOptions()
    options.log_severity_level = 3  # errors alone
    session = InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (other,) = session.run([OUTPUT_NAME], {INPUT_NAME: batch.numpy()})
    difference = float((own - torch.from_numpy(other)).abs().max())
    most = TOLERANCE * max(1.0, float(own.abs().max()))
    if not difference <= most:
        raise UserError(
            f"onnxruntime gives for {name} what differs from torch's output by {difference:.1e}, "
            f"more than {most:.1e}; nothing was written."
        )
    return difference


def _first(output: Any) -> Tensor:
    """The tensor among what a module gives that the graph gives first."""
    while not isinstance(output, Tensor):
        output = next(iter(output.values() if isinstance(output, dict) else output))
    return output


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch's exporter warns of in its own code, and tells of graphs that fail."""
    loggers = [logging.getLogger(name) for name in ("onnxscript", "onnx_ir", "torch")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
