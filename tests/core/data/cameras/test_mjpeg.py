from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from core.data.cameras import every
from core.data.cameras.mjpeg import Mjpeg
from core.errors import UserError
from core.results import Bytes
from tests.mjpeg_server import GREY, HEADER, jpeg, mjpeg_server, part


def pictures(address: str, count: int) -> list[Bytes]:
    frames = Mjpeg(address, patience=0.3).frames()
    seen = list(islice(every(frames), count))
    frames.close()
    return seen


def message(address: str) -> str:
    with pytest.raises(UserError) as error:
        pictures(address, 1)
    return str(error.value)


@pytest.fixture
def scene() -> Bytes:
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    return np.stack([np.tile(ramp, (48, 1))] * 3, 2)


@pytest.mark.parametrize("length", [True, False])
def test_pictures_arrive_whole_whether_or_not_their_length_is_told(
    scene: Bytes, length: bool
) -> None:
    dark, light = jpeg(scene // 4), jpeg(scene)
    parts = (part(dark, length=length), part(light, length=length))
    with mjpeg_server(parts=parts) as server:
        first, second, third = pictures(server.address, 3)
    assert first.shape == (48, 64, 3)
    assert np.abs(first.astype(int) - scene // 4).mean() < 3
    assert np.abs(second.astype(int) - scene).mean() < 3
    assert np.array_equal(first, third)


def test_a_boundary_in_quotes_with_its_dashes_is_understood() -> None:
    header = HEADER.replace(b"boundary=frame", b'boundary="--frame"')
    with mjpeg_server(header) as server:
        assert pictures(server.address, 2)[1].shape == (48, 64, 3)


def test_name_and_password_are_sent_and_never_shown() -> None:
    with mjpeg_server() as server:
        address = server.address.replace("//", "//ann:se%40cret@")
        pictures(address, 1)
        assert b"Authorization: Basic YW5uOnNlQGNyZXQ=" in server.requests[0]
        server.die()
        assert "cret" not in message(address)


def test_a_refused_connection_says_so() -> None:
    with mjpeg_server() as server:
        server.die()
        assert "does not answer (Connection refused)" in message(server.address)


def test_silence_says_for_how_long() -> None:
    with mjpeg_server() as server:
        server.stall()
        assert "has sent nothing for 0.3 s" in message(server.address)


def test_another_page_says_what_it_is() -> None:
    with mjpeg_server(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n") as server:
        assert "sends text/html, not MJPEG" in message(server.address)


def test_a_missing_page_says_its_number() -> None:
    with mjpeg_server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        assert "answers 404 Not Found" in message(server.address)


@pytest.mark.parametrize("content", [b"no picture", jpeg(np.zeros((40, 40, 3), np.uint8))[:300]])
def test_half_a_picture_is_not_shown(content: bytes) -> None:
    with mjpeg_server(parts=(part(content),)) as server:
        assert "no whole picture" in message(server.address)


def test_the_end_of_the_stream_says_so() -> None:
    with mjpeg_server(parts=(GREY, b"--frame--\r\n")) as server:
        frames = Mjpeg(server.address, patience=0.3).frames()
        next(frames)
        with pytest.raises(UserError, match="has ended its stream"):
            next(frames)


def test_what_is_no_answer_of_a_camera_at_all_says_so() -> None:
    with mjpeg_server(b"220 mail.example ESMTP\r\n\r\n") as server:
        assert "does not answer" in message(server.address)


@pytest.mark.parametrize("address", ["", "camera", "ftp://host/x", "http://", "http://host:port"])
def test_what_is_no_address_says_how_one_is_written(address: str) -> None:
    assert "write http://host:port/path" in message(address)
