"""A collection as a gzipped tar archive, written by hand: tarfile takes longer to load than this to run."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

BLOCK = 512
RECORD = 20 * BLOCK
_GZIP = 16 + zlib.MAX_WBITS


def tar_gz(files: Mapping[str, bytes], modified: int) -> bytes:
    """An archive of these regular files by name, in order, in ustar format. ``modified`` is seconds since 1970.

    Names must not be longer than 100 bytes: ValueError.
    """
    blocks = b"".join(_header(name, len(data), modified) + _padded(data, BLOCK) for name, data in files.items())
    packer = zlib.compressobj(wbits=_GZIP)
    return packer.compress(_padded(blocks + bytes(2 * BLOCK), RECORD)) + packer.flush()


def _header(name: str, size: int, modified: int) -> bytes:
    encoded = name.encode()
    if len(encoded) > 100:
        raise ValueError(f"{name}: too long a name")
    start = encoded.ljust(100, b"\0") + b"0000644\0" + 2 * b"0000000\0" + b"%011o\0%011o\0" % (size, modified)
    end = (b"0" + bytes(100) + b"ustar\00000" + b"root".ljust(32, b"\0") * 2).ljust(BLOCK - len(start) - 8, b"\0")
    # The sum is taken with blanks in its own place.
    return start + b"%06o\0 " % (sum(start) + 8 * ord(" ") + sum(end)) + end


def _padded(data: bytes, unit: int) -> bytes:
    return data + bytes(-len(data) % unit)
