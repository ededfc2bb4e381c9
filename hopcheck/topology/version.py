"""What programs say of their own version."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from importlib.metadata import version

_NUMBER = re.compile(rb"\d+\.\d+[\w.+~-]*")


async def reported(argv: Sequence[str]) -> str:
    """The first line with a version number that ``argv`` prints; empty where it prints none or cannot run."""
    try:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
    except OSError:
        return ""
    out, _ = await child.communicate()
    return next((line.decode(errors="replace").strip() for line in out.splitlines() if _NUMBER.search(line)), "")


def ansible() -> str:
    """The real ansible-runner and the ansible-core it drives, as installed."""
    return f"ansible-runner {version('ansible-runner')}, ansible-core {version('ansible-core')}"
