"""What programs say of their own version."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

TIMEOUT_S = 5.0
LIMIT = 64 * 1024
_NUMBER = re.compile(rb"\d+\.\d+[\w.+~-]*")


class Versions:
    """What the programs of a run say of their version, each asked once."""

    def __init__(self) -> None:
        self._told: dict[tuple[tuple[str, ...], Path | None], asyncio.Future[str]] = {}

    async def of(self, argv: Sequence[str], directory: Path | None = None, prefix: Sequence[str] = ()) -> str:
        """What `reported` tells of ``argv``; ``prefix`` puts it into a namespace where it is asked."""
        program = tuple(argv), directory
        if program not in self._told:
            self._told[program] = asyncio.ensure_future(reported([*prefix, *argv], directory))
        return await asyncio.shield(self._told[program])


async def reported(argv: Sequence[str], directory: Path | None = None) -> str:
    """The first line with a version number that ``argv`` prints within `TIMEOUT_S`, run in ``directory``.

    Empty where it prints none or cannot run. One that goes on is ended, and all that it started: a stranger may take
    the question for a start.
    """
    out = await asyncio.to_thread(_said, argv, directory)
    return next((line.decode(errors="replace").strip() for line in out.splitlines() if _NUMBER.search(line)), "")


def _said(argv: Sequence[str], directory: Path | None) -> bytes:
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=directory,
            start_new_session=True,
        )
    except OSError:
        return b""
    assert child.stdout is not None
    out, deadline = b"", time.monotonic() + TIMEOUT_S
    with child.stdout as pipe:
        while len(out) < LIMIT and select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            piece = os.read(pipe.fileno(), LIMIT)
            if not piece:
                break
            out += piece
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    return out


def ansible() -> str:
    """The real ansible-runner and the ansible-core it drives, as installed."""
    return f"ansible-runner {version('ansible-runner')}, ansible-core {version('ansible-core')}"
