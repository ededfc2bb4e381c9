"""A hash chain over a stored trace: its end vouches for each of its bytes and their order, payload files included."""

from __future__ import annotations

import re
from hashlib import file_digest, sha256
from pathlib import Path

import orjson

LABEL = b"hopcheck trace chain 1"
_PAYLOAD = re.compile("payloads/[0-9a-f]{64}")


def chain(trace: Path) -> str:
    """The chain's end, 64 hexadecimal digits.

    h0 is the SHA-256 of `LABEL`; each line, its line feed included, makes h the SHA-256 of h and the line. A line that
    refers to a payload file then makes h the SHA-256 of h and the file's own SHA-256. What is no JSON is chained, too,
    so that a torn last line has a chain. Raises OSError where a file cannot be read, and ValueError with the line's
    number where a reference is none that the kit writes: no path of a foreign trace leads out of its directory.
    """
    end, files = sha256(LABEL).digest(), dict[str, bytes]()
    with trace.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            end = sha256(end + line).digest()
            name = _payload_file(line)
            if name is None:
                continue
            if not isinstance(name, str) or not _PAYLOAD.fullmatch(name):
                raise ValueError(f"{trace}:{number}: not the name of a payload file: {name!r:.120}")
            if name not in files:
                files[name] = _digest(trace.parent / name)
            end = sha256(end + files[name]).digest()
    return end.hex()


def _digest(path: Path) -> bytes:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ValueError(f"{path}: not a regular file")
    with path.open("rb") as file:
        return file_digest(file, sha256).digest()


def _payload_file(line: bytes) -> object:
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    payload = event.get("payload") if isinstance(event, dict) else None
    return payload.get("file") if isinstance(payload, dict) else None
