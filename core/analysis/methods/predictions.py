"""Which classes does the network see in the image, and how sure is it?"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from core.analysis.declare import analysis
from core.network.subject import Subject
from core.options import option
from core.results import ClassProbability, Predictions


@dataclass(frozen=True)
class PredictionsParams:
    """How many classes are named."""

    count: int = option(5, 1, 20, label="Classes", help="How many of the classes are listed")


@analysis("Predictions", source="Bridle 1990, NIPS 2, 211-217 (softmax)", live=True)
def predictions(
    subject: Subject, image: Tensor, params: PredictionsParams = PredictionsParams()
) -> Predictions:
    """The most probable classes, most probable first: the softmax of the class scores.

    Raises UserError if the network has no classes.
    """
    subject.require_classifier()
    probabilities = subject.scores(image).softmax(0).cpu().numpy()
    best = (-probabilities).argsort(kind="stable")[: params.count].tolist()
    classes = tuple(
        ClassProbability(index, subject.class_name(index), float(probabilities[index]))
        for index in best
    )
    return Predictions(classes, probabilities)
