"""How fast is one step of a dream, beside a plain loop that freezes the weights and stops early?"""

from __future__ import annotations

from torch import Tensor, nn

from core.analysis.ascent import Ascent, prepared
from core.analysis.front import Front
from core.data.images import load_image
from core.network.loading import open_model
from core.network.network import Network
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.paths import resource
from tests.benchmarks.timing import Row, interleaved

NAMES = ("dream_step",)

LAYER = "conv4"
SIZE = (240, 320)
STRENGTH = 1.2
ROUNDS = 31
#: Greatest difference of the gradients, as a part of the largest value.
TOLERANCE = 5e-3


def rows() -> list[Row]:
    """Milliseconds for one step with AlexNet's trunk up to its fourth convolution."""
    snapshot = open_model("alexnet_trunk")
    subject = Subject(snapshot)
    frame = load_image(resource("photos", "cat.jpg"))[:, 25:425]
    image = prepared(subject, frame, SIZE[1])
    front = Front(subject, LAYER)
    ascent = Ascent(front, strength=STRENGTH, jitter=0, smoothness=0, seed=0)
    plain, length = _truncated(snapshot), ascent.length(STRENGTH)

    def loop() -> Tensor:
        gradient = _gradient(plain, image)
        return image + gradient * (length / gradient.abs().mean())

    expected = _gradient(plain, image)
    apart = (front.pull(image).gradient - expected).abs().max() / expected.abs().max()
    ours, peer, ratio = interleaved(lambda: ascent.step(image), loop, ROUNDS)
    return [Row("dream_step", ours * 1e3, peer * 1e3, ratio, "ms", bool(apart < TOLERANCE))]


def _truncated(snapshot: Snapshot) -> nn.Sequential:
    """The layers up to the one that dreams, as they are built and loaded."""
    assert snapshot.model.spec is not None
    network = Network(snapshot.model.spec)
    network.load_state_dict(dict(snapshot.weights))
    layers = dict(network.named_children())
    wanted = list(layers)[: list(layers).index(LAYER) + 1]
    return nn.Sequential(*(layers[name] for name in wanted)).eval().requires_grad_(False)


def _gradient(module: nn.Module, image: Tensor) -> Tensor:
    """The gradient of half the sum of squares of what the layers give."""
    pixels = image.clone().requires_grad_()
    (module(pixels).square().sum() / 2).backward()
    assert pixels.grad is not None
    return pixels.grad
