"""How long images take, in a process of its own: everything anew, the kit's own layer anew, and what is there."""

from __future__ import annotations

import contextlib
import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from docker.errors import ImageNotFound

from hopcheck.bench.child import interruptible
from hopcheck.images import ensure
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.layer import tapped

T = TypeVar("T")


def anew(engine: Engine) -> dict[str, float]:
    """Seconds that the image of a host takes when nothing is reused, neither base nor wheels nor layers."""
    return {"cold": _took(lambda: ensure(engine.client, progress=_tell, fresh=True))[0]}


def layer(engine: Engine, directory: Path) -> dict[str, float]:
    """Seconds: the image found, ``warm``; the kit's last layer on it, ``layer_cold`` built, ``layer_warm`` found.

    What is built has an overlay of one file that no other build has, and goes again.
    """
    warm, image = _took(lambda: ensure(engine.client, progress=lambda _: None))
    directory.mkdir()
    (directory / "hopcheck-bench").write_text(uuid.uuid4().hex)
    made = ""
    try:
        cold, made = _took(lambda: tapped(engine, image, overlay=directory))
        found, again = _took(lambda: tapped(engine, image, overlay=directory))
    finally:
        if made:
            with contextlib.suppress(ImageNotFound):
                engine.client.images.remove(made, force=True)
    if again != made:
        raise RuntimeError(f"the layer was built twice: {made}, {again}")
    return {"warm": warm, "layer_cold": cold, "layer_warm": found}


def _took(work: Callable[[], T]) -> tuple[float, T]:
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def _tell(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> None:
    """``anew``, or ``layer DIRECTORY`` (a new one); prints what was measured as JSON."""
    interruptible()
    engine = Engine.connect()
    what, *more = arguments
    parts: dict[str, Callable[..., dict[str, float]]] = {"anew": anew, "layer": layer}
    print(json.dumps(parts[what](engine, *map(Path, more))))


if __name__ == "__main__":
    main(sys.argv[1:])
