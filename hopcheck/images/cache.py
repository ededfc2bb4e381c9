"""What building needs again: base tarballs and wheels, named after what they are made of, complete or not there."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH = 12


def digest(*parts: object) -> str:
    """The first 12 hex digits of the SHA-256 over `parts` as JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:WIDTH]


def root() -> Path:
    """``$XDG_CACHE_HOME/hopcheck``, by default ``~/.cache/hopcheck``. It may be copied to another machine."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hopcheck"


@contextmanager
def making(place: Path) -> Iterator[Path]:
    """A folder to make `place`'s content in; what the block leaves at ``folder/place.name`` then is `place`.

    The change is one rename: readers see the whole or nothing, and a failure leaves nothing.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".making-", dir=place.parent))
    try:
        yield folder
        made = folder / place.name
        if place.is_dir():
            # A folder cannot be renamed onto one that holds something.
            os.rename(place, folder / "old")
        os.rename(made, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def lock(waiting: Callable[[], None]) -> Iterator[None]:
    """Only one process of this user builds at a time; `waiting` is called where another one does."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "build.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
