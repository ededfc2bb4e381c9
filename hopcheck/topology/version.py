"""What programs say of their own version."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

TIMEOUT_S = 5.0
LIMIT = 64 * 1024
_NUMBER = re.compile(rb"\d+\.\d+[\w.+~-]*")


async def reported(argv: Sequence[str], directory: Path | None = None) -> str:
    """The first line with a version number that ``argv`` prints within `TIMEOUT_S`, run in ``directory``.

    Empty where it prints none or cannot run. One that goes on is ended, and all that it started: a stranger may take
    the question for a start.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=directory,
            start_new_session=True,
        )
    except OSError:
        return ""
    assert child.stdout is not None
    out = b""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            while len(out) < LIMIT and (piece := await child.stdout.read(LIMIT)):
                out += piece
            await child.wait()
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
    return next((line.decode(errors="replace").strip() for line in out.splitlines() if _NUMBER.search(line)), "")


def ansible() -> str:
    """The real ansible-runner and the ansible-core it drives, as installed."""
    return f"ansible-runner {version('ansible-runner')}, ansible-core {version('ansible-core')}"
