"""Data in a page: compressed, as text, and no more of it than there is room for."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

GZIP = zlib.MAX_WBITS | 16
_CHECKED = 32 * 1024


@dataclass(frozen=True, slots=True)
class Packed:
    """``text`` is the base64 of a gzip stream of lines, ``kept`` how many of them had room."""

    text: str
    kept: int


def pack(lines: Iterable[bytes], room: int) -> Packed:
    """As many lines as make at most ``room`` characters, in their order; the first one that has no room is the end."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    limit = room * 3 // 4 - 1024
    made, waiting, kept = bytearray(), 0, 0
    for line in lines:
        # What the packer still holds back is at worst as long as what it was given.
        if len(made) + waiting + len(line) + 1 > limit:
            made += packer.flush(zlib.Z_SYNC_FLUSH)
            waiting = 0
            if len(made) + len(line) + 1 > limit:
                break
        elif waiting > _CHECKED and len(made) > limit // 2:
            made += packer.flush(zlib.Z_SYNC_FLUSH)
            waiting = 0
        made += packer.compress(line + b"\n")
        waiting += len(line) + 1
        kept += 1
    made += packer.flush()
    return Packed(b64encode(bytes(made)).decode(), kept)
