"""CIFAR-10's classes, and how networks trained on it want their input.

Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".
"""

from __future__ import annotations

from core.network.preprocessing import Preprocessing

#: Mean and deviation of the training set by channel.
CIFAR10 = Preprocessing((32, 32), (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))


def cifar10_classes() -> tuple[str, ...]:
    """The names of the ten classes, in the order of the data set's labels."""
    return (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    )  # fmt: skip
