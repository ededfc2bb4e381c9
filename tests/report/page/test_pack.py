from __future__ import annotations

import gzip
import random
from base64 import b64decode

import pytest

from hopcheck.report.page.pack import pack


def lines_of(text: str) -> list[bytes]:
    return gzip.decompress(b64decode(text)).split(b"\n")[:-1]


def test_what_has_room_comes_back() -> None:
    lines = [b"one", b"two", "Größe".encode()]
    packed = pack(lines, 10_000)
    assert lines_of(packed.text) == lines
    assert packed.kept == 3


def test_equal_lines_make_equal_text() -> None:
    assert pack([b"a"] * 9, 9_000) == pack([b"a"] * 9, 9_000)


@pytest.mark.parametrize("room", [0, 100, 5_000, 60_000, 400_000])
@pytest.mark.parametrize("compressible", [True, False])
def test_never_more_than_there_is_room_for(room: int, compressible: bool) -> None:
    noise = random.Random(7)
    lines = [b"x" * 700 if compressible else noise.randbytes(350).hex().encode() for _ in range(2_000)]
    packed = pack(lines, room)
    # An empty stream has a length, too.
    assert len(packed.text) <= max(room, 40)
    assert lines_of(packed.text) == lines[: packed.kept]
    if room == 60_000:
        assert packed.kept == 2_000 if compressible else 50 < packed.kept < 200


def test_a_line_that_is_too_long_is_the_end() -> None:
    packed = pack([b"short", random.Random(1).randbytes(50_000).hex().encode(), b"short"], 20_000)
    assert packed.kept == 1
