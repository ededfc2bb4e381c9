"""Wheels for a base, fetched outside so that no build step needs a network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hopcheck.images import cache, closure
from hopcheck.images.error import ImageError
from hopcheck.images.requirements import INSTALLER
from hopcheck.images.target import Target


def ensure(
    requirements: Sequence[str], target: Target, *, progress: Callable[[str], None], fresh: bool = False
) -> Path:
    """A folder with a wheel for each of `requirements` and all they need on `target`. Raises ImageError."""
    wanted = sorted({*requirements, INSTALLER})
    place = cache.root() / "wheels" / cache.digest(wanted, target.python, target.glibc, target.machine)
    if place.is_dir() and not fresh:
        return place
    progress(f"fetching wheels for Python {target.python} on {target.machine}")
    with cache.making(place) as folder:
        _fetch(folder, place.name, wanted, target)
    return place


def _fetch(folder: Path, name: str, wanted: Sequence[str], target: Target) -> None:
    asked = set(wanted)
    for attempt in range(len(wanted) + 20):
        fetched = folder / str(attempt)
        fetched.mkdir()
        _download(fetched, sorted(asked), target)
        lacking = closure.missing(fetched, wanted, target.markers())
        if not lacking:
            fetched.rename(folder / name)
            return
        if lacking <= asked:
            break
        asked |= lacking
    raise ImageError(
        f"no wheel of {', '.join(sorted(lacking))} came for Python {target.python}",
        "see pip's configuration: an index or a folder may lack it",
    )


def _download(folder: Path, wanted: Sequence[str], target: Target) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += [f"--dest={folder}", *target.pip_arguments(), *wanted]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        told = [line for line in done.stderr.splitlines() if line.strip()]
        if "No module named pip" in done.stderr:
            raise ImageError("this Python has no pip", "run hopcheck through ./kit")
        raise ImageError(
            f"pip could not fetch wheels: {(told or ['it said nothing'])[-1].strip()}",
            "the network or a package index may be out of reach: see pip's configuration, or bring "
            f"{cache.root()} from a machine that has built the image",
        )
