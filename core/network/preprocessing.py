"""From a camera's frame to a network's input: crop, scale, normalise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.errors import UserError
from core.network.geometry import written
from core.results import Box, Bytes

if TYPE_CHECKING:
    import torch

#: What an input of so many sides is.
FORMS: dict[int, Literal["picture", "signal", "clip"]] = {2: "signal", 3: "picture", 4: "clip"}

#: An input of more values is beyond what a look at it is worth: 1 GiB.
_MOST_VALUES = 2**28

#: Luminance of an RGB pixel, ITU-R BT.601.
GREY = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Preprocessing:
    """How a network wants its input.

    `size` (H, W); `crop_share`: the side of the central square that is kept, of the frame's
    shorter side; then (x / 255 - mean) / std by channel: one channel is the luminance.

    A network that reads a signal [C, T] (`form` "signal") sees the luminance of a frame of
    C x T pixels, one that reads a clip [C, T, H, W] (`form` "clip") the frame `frames` times.
    """

    size: tuple[int, int]
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    crop_share: float = 1.0
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"
    form: Literal["picture", "signal", "clip"] = "picture"
    frames: int = 1

    @property
    def channels(self) -> int:
        """How many channels the network reads."""
        return len(self.mean)

    @property
    def shape(self) -> tuple[int, ...]:
        """The network's input: [C, H, W], [C, T] for a signal, [C, T, H, W] for a clip."""
        if self.form == "signal":
            return self.size
        frames = (self.frames,) if self.form == "clip" else ()
        return (self.channels, *frames, *self.size)

    def resized(self, shape: tuple[int, ...]) -> Preprocessing:
        """The same for another input; other channels are normalised by the mean of these."""
        form = FORMS[len(shape)]
        channels = 1 if form == "signal" else shape[0]
        height, width = shape[-2:]
        mean, std = self.mean, self.std
        if channels != self.channels:
            mean = (sum(mean) / len(mean),) * channels
            std = (sum(std) / len(std),) * channels
        frames = shape[1] if form == "clip" else 1
        return replace(self, size=(height, width), mean=mean, std=std, form=form, frames=frames)

    def box(self, height: int, width: int) -> Box:
        """The part of a frame of this size that the network sees."""
        tall, wide = self.size
        scale = min(height / tall, width / wide) * self.crop_share
        h, w = max(1, round(tall * scale)), max(1, round(wide * scale))
        return Box((height - h) // 2, (width - w) // 2, h, w)

    def prepare(self, frame: Bytes, device: str = "cpu") -> Prepared:
        """The input for a frame [H, W, 3] uint8, and the box that it shows.

        It is [C, H, W], [C, T] for a signal, [C, T, H, W] for a clip.
        Raises UserError for an input of other channels than a picture has, or beyond any memory.
        """
        self._check()
        import torch  # here, so that documents that name a preprocessing do not wait for torch

        box = self.box(*frame.shape[:2])
        top, left, h, w = int(box.top), int(box.left), int(box.height), int(box.width)
        crop = np.ascontiguousarray(frame[top : top + h, left : left + w])
        pixels = torch.from_numpy(crop).permute(2, 0, 1)[None]
        if (h, w) != self.size:  # as bytes, as Pillow does: three times as fast as in floats
            pixels = torch.nn.functional.interpolate(
                pixels, self.size, mode=self.interpolation, align_corners=False, antialias=True
            )
        image = pixels[0].to(device).float() / 255
        if self.channels == 1:
            image = (image * image.new_tensor(GREY)[:, None, None]).sum(0, keepdim=True)
        return Prepared(self._formed(self.normalise(image)), box)

    def _check(self) -> None:
        values = prod(self.shape)
        if self.channels not in (1, 3):
            raise UserError(
                f"The network reads {self.channels} channels, but a picture has 1 (grey) or 3 "
                "(colour); choose one of these."
            )
        if values > _MOST_VALUES:
            raise UserError(
                f"An input of {written(self.shape)} needs {values * 4 / 2**30:,.0f} "
                f"GiB; choose one of at most {_MOST_VALUES * 4 / 2**30:.0f} GiB."
            )

    def _formed(self, image: torch.Tensor) -> torch.Tensor:
        """A picture [C, H, W] as the form of input that the network reads."""
        if self.form == "signal":
            return image[0]
        if self.form == "clip":
            return image[:, None].expand(-1, self.frames, -1, -1).contiguous()
        return image

    def normalise(self, image: torch.Tensor) -> torch.Tensor:
        """Values of 0..1 [..., C, H, W] as the network wants them."""
        mean, std = image.new_tensor(self.mean), image.new_tensor(self.std)
        return (image - mean[:, None, None]) / std[:, None, None]

    def picture(self, image: torch.Tensor) -> Bytes:
        """The input as a picture [H, W, 3] uint8, as the inverse of `prepare`; a clip's middle."""
        if self.form == "signal":
            image = image[None]
        elif self.form == "clip":
            image = image[:, self.frames // 2]
        mean, std = image.new_tensor(self.mean), image.new_tensor(self.std)
        levels = (image.detach() * std[:, None, None] + mean[:, None, None]).clamp(0, 1) * 255
        rgb = levels.round().byte().permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(rgb if self.channels == 3 else np.repeat(rgb[..., :1], 3, 2))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network's input, and the part of the frame that it shows."""

    image: torch.Tensor
    box: Box
