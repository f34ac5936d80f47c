"""A network camera for tests: MJPEG on the loopback, that can fall silent, break off and die."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import Image

from core.results import Bytes

HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def jpeg(picture: Bytes) -> bytes:
    """A picture as the bytes of a JPEG file."""
    data = BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=90)
    return data.getvalue()


def part(content: bytes, *, length: bool = True) -> bytes:
    """One picture of the stream, with its length in the header or not."""
    size = f"Content-Length: {len(content)}\r\n" if length else ""
    return b"--frame\r\nContent-Type: image/jpeg\r\n" + size.encode() + b"\r\n" + content + b"\r\n"


GREY = part(jpeg(np.full((48, 64, 3), 120, np.uint8)))


class MjpegServer:
    """Answers every request with `header`, then `parts` over and over, 100 a second.

    `stall` sends nothing more but keeps the line; `die` breaks all lines and refuses new ones;
    `serve` does as at the beginning, at the same address.
    """

    def __init__(self, header: bytes = HEADER, parts: tuple[bytes, ...] = (GREY,)) -> None:
        self.header, self.parts = header, parts
        self.requests: list[bytes] = []
        self._silent = threading.Event()
        self._dead = threading.Event()
        self._threads: list[threading.Thread] = []
        self._port = 0
        self.serve()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}/stream"

    def serve(self) -> None:
        """Answer, and send pictures."""
        self._silent.clear()
        if self._dead.is_set() or not self._port:
            self._dead.clear()
            self._door = socket.create_server(("127.0.0.1", self._port))
            self._port = self._door.getsockname()[1]
            self._start(self._admit, self._door)

    def stall(self) -> None:
        """Keep all lines, and send nothing."""
        self._silent.set()

    def die(self) -> None:
        """Break all lines, and refuse new ones, until `serve`."""
        self._dead.set()
        self._door.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        self._door.close()
        for thread in self._threads:
            thread.join(2)
        self._threads.clear()

    def close(self) -> None:
        """Leave nothing behind."""
        if not self._dead.is_set():
            self.die()

    def _start(self, work: Callable[[socket.socket], None], line: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(line,), name="mjpeg-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _admit(self, door: socket.socket) -> None:
        while not self._dead.is_set():
            try:
                line, _ = door.accept()
            except OSError:
                return
            self._start(self._talk, line)

    def _talk(self, line: socket.socket) -> None:
        with line:
            try:
                self.requests.append(line.recv(4096))
                line.sendall(self.header)
                for number in range(10**6):
                    if self._dead.wait(0.01):
                        return
                    if not self._silent.is_set() and self.parts:
                        line.sendall(self.parts[number % len(self.parts)])
            except OSError:
                return


@contextmanager
def mjpeg_server(
    header: bytes = HEADER, parts: tuple[bytes, ...] = (GREY,)
) -> Iterator[MjpegServer]:
    """A server for the length of a ``with`` block."""
    server = MjpegServer(header, parts)
    try:
        yield server
    finally:
        server.close()
