"""What the engine is sent to build a host image from."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from hopcheck.home import IMAGES, ROOT
from hopcheck.images.bases import Base
from hopcheck.images.cache import WIDTH
from hopcheck.images.requirements import requirements

Content = Mapping[str, tuple[bytes, int]]
"""Bytes and mode by name."""

HOST = IMAGES / "host"
FAKES = ROOT / "fakes"
_MODULES = ("__init__.py", "notify.py", "rhc", "rhcd", "rhc_worker_playbook", "insights_client")
_FAULTS = ("__init__.py", "__main__.py", "_ends.py", "seam.py", "rhc", "rhc_worker_playbook.py", "insights_client.py")


def stand_ins() -> list[Path]:
    """The sources of the stand-ins that live on a host, and of their faults."""
    roots = [FAKES / name for name in _MODULES] + [FAKES / "faults" / name for name in _FAULTS]
    return sorted(file for root in roots for file in (root.rglob("*.py") if root.is_dir() else [root]))


def files(base: Base) -> Content:
    """Content and mode by name in the context, without wheels; of `host/packages/` only the base's script."""
    found = {
        str(file.relative_to(HOST)): (file.read_bytes(), _mode(file))
        for file in sorted(HOST.rglob("*"))
        if file.is_file() and (file.parent.name != "packages" or file.stem == base.packages)
    }
    for file in stand_ins():
        found[str(file.relative_to(ROOT))] = (file.read_bytes(), 0o644)
    for name in base.wheels:
        found[f"requirements/{name}.txt"] = ("".join(f"{line}\n" for line in requirements(name)).encode(), 0o644)
    return found


def digest(content: Content) -> str:
    """12 hex digits over names, modes and contents; neither times nor owners count."""
    whole = hashlib.sha256()
    for name, (data, mode) in sorted(content.items()):
        whole.update(f"{name}\0{mode:o}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()[:WIDTH]


def pack(content: Content, wheels: Path, into: BinaryIO) -> None:
    """The context as a tar, the same bytes for the same content, with `wheels` as ``wheels/``."""
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(set(_folders(content)) | {"wheels"}):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
        for name, (data, mode) in sorted(content.items()):
            _add(tar, name, mode, len(data), io.BytesIO(data))
        for wheel in sorted(wheels.glob("*.whl")):
            with wheel.open("rb") as file:
                _add(tar, f"wheels/{wheel.name}", 0o644, wheel.stat().st_size, file)


def _add(tar: tarfile.TarFile, name: str, mode: int, size: int, file: BinaryIO) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.size = mode, size
    tar.addfile(entry, file)


def _folders(content: Content) -> Iterator[str]:
    for name in content:
        yield from (str(parent) for parent in Path(name).parents if parent != Path("."))


def _mode(file: Path) -> int:
    # As Git keeps it: the rest depends on who checked it out.
    return 0o755 if file.stat().st_mode & 0o100 else 0o644
