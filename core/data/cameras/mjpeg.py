"""A camera at an address: JPEG pictures one after the other over HTTP, as network cameras send."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit

from core.data.cameras import Frames, camera
from core.data.images import decoded
from core.errors import UserError
from core.options import option
from core.results import Bytes

#: A picture or header longer than this is no picture: 32 MB.
LONGEST = 2**25

_READ = 2**16


@camera("mjpeg", "Network camera", real=True)
@dataclass(frozen=True)
class Mjpeg:
    """A network camera, or a telephone that acts as one."""

    address: str = option(
        "", label="Address", help="Of an MJPEG stream: http://host:port/path, with user:password@."
    )
    patience: float = option(
        2.0, 0.1, 60.0, label="Time-out", unit="s", help="How long to wait for the camera's answer."
    )

    def frames(self) -> Frames:
        """What it sends, as it comes.

        Raises UserError if it cannot be reached, falls silent, ends, or sends something else.
        """
        place = self._place()
        try:
            with (
                closing(self._connection(place)) as connection,
                closing(_asked(connection, place)) as response,
            ):
                yield from _pictures(response, self._shown(place))
        except TimeoutError:
            raise UserError(
                f"{self._shown(place)} has sent nothing for {self.patience:g} s."
            ) from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise UserError(f"{self._shown(place)} does not answer ({reason}).") from error

    def _place(self) -> SplitResult:
        try:
            place = urlsplit(self.address)
            valid = place.scheme in ("http", "https") and place.hostname and place.port != 0
        except ValueError:
            valid = False
        if not valid:
            raise UserError(
                f"{self.address!r} is no address of a camera; write http://host:port/path."
            )
        return place

    def _connection(self, place: SplitResult) -> HTTPConnection:
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        return kind(place.hostname or "", place.port, timeout=self.patience)

    def _shown(self, place: SplitResult) -> str:
        """The address without name and password."""
        return f"The camera at {place.netloc.rpartition('@')[2]}{place.path}"


def _asked(connection: HTTPConnection, place: SplitResult) -> HTTPResponse:
    """The answer to the request for the stream."""
    headers = {}
    if place.username:
        password = f"{unquote(place.username)}:{unquote(place.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(password.encode()).decode()
    query = f"?{place.query}" if place.query else ""
    connection.request("GET", (place.path or "/") + query, headers=headers)
    return connection.getresponse()


def _pictures(response: HTTPResponse, camera: str) -> Frames:
    """The pictures of a stream; `camera` is its name in messages.

    Source: RFC 2046, section 5.1 (parts between boundaries).
    """
    if response.status != 200:
        raise UserError(f"{camera} answers {response.status} {response.reason}; is that its path?")
    boundary = response.headers.get_boundary()
    if boundary is None:
        raise UserError(f"{camera} sends {response.headers.get_content_type()}, not MJPEG.")
    mark = b"--" + boundary.removeprefix("--").encode("latin-1")
    stream = _Stream(response, camera)
    wanted: bool | None = True
    while True:
        data = _part(stream, mark)
        wanted = yield None if wanted is False else _picture(data, camera)


def _picture(data: bytes, camera: str) -> Bytes:
    try:
        return decoded(data, "")
    except UserError:
        raise UserError(f"{camera} has sent something that is no whole picture.") from None


def _part(stream: _Stream, mark: bytes) -> bytes:
    """The content of the next part: as long as its header says, else up to the next boundary."""
    stream.until(mark)
    if stream.line() == b"--":
        raise stream.ended()
    length = 0
    while header := stream.line():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    return stream.take(length) if length else stream.before(mark)


class _Stream:
    """The bytes of an answer, piece by piece.  Raises UserError when they end."""

    def __init__(self, response: HTTPResponse, camera: str) -> None:
        self._response = response
        self._camera = camera
        self._pending = bytearray()

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self._pending) < count:
            self._read()
        taken = bytes(self._pending[:count])
        del self._pending[:count]
        return taken

    def before(self, mark: bytes) -> bytes:
        """What comes before the next mark, which stays."""
        searched = 0
        while (found := self._pending.find(mark, searched)) < 0:
            searched = max(0, len(self._pending) - len(mark) + 1)
            self._read()
        return self.take(found)

    def until(self, mark: bytes) -> bytes:
        """What comes before the next mark, which is passed over."""
        text = self.before(mark)
        self.take(len(mark))
        return text

    def line(self) -> bytes:
        """The rest of this line."""
        return self.until(b"\n").strip()

    def ended(self) -> UserError:
        """What to raise when nothing more comes."""
        return UserError(f"{self._camera} has ended its stream.")

    def _read(self) -> None:
        if len(self._pending) > LONGEST:
            raise UserError(f"{self._camera} sends no pictures of less than {LONGEST >> 20} MB.")
        data = self._response.read1(_READ)
        if not data:
            raise self.ended()
        self._pending += data
