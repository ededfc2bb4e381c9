"""Files that others read while we write them anew."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Give ``path`` this content: a reader sees the old one or the new one, never a part."""
    fresh = path.with_name(f".{path.name}")
    fresh.write_bytes(data)
    os.replace(fresh, path)
