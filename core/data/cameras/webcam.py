"""A camera of this computer, by its number, name or path."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.data.cameras import Frames, camera
from core.data.video import Capture
from core.errors import UserError
from core.options import option

#: Where Linux tells the names of its cameras: one folder a device, "video0".
NAMES = Path("/sys/class/video4linux")


@camera("webcam", "Webcam", real=True)
@dataclass(frozen=True)
class Webcam:
    """A camera that is built in or plugged in."""

    device: str = option(
        "0", label="Camera", help="Its number (0 is the first), its name, or its path."
    )

    def frames(self) -> Frames:
        """What it sees, at its own rate.

        Raises UserError if it is not there, another program holds it, or it is unplugged.
        """
        with closing(Capture(self._address())) as capture:
            if not capture.is_open:
                raise UserError(
                    f"Camera {self.device} does not open: it is not there, or another program "
                    "uses it; plug it in, close that program, or choose another camera."
                )
            yield from capture.frames()
        raise UserError(f"Camera {self.device} gives no more pictures; is it still plugged in?")

    def _address(self) -> int | str:
        """What OpenCV opens: a number, or a path."""
        if self.device.isdecimal():
            return int(self.device)
        if Path(self.device).exists():
            return self.device
        names = {entry.parent.name: entry.read_text().strip() for entry in NAMES.glob("*/name")}
        for entry, name in sorted(names.items()):
            if self.device.lower() in name.lower():
                return f"/dev/{entry}"
        known = ", ".join(sorted(set(names.values()))) or "none that tells its name"
        raise UserError(f"There is no camera {self.device!r}; there are: {known}.")
