"""How the user calls this command."""

from __future__ import annotations

import os


def called() -> str:
    """``hopcheck``, or the bootstrap's name where that one was called: for lines to be typed next."""
    return os.environ.get("HOPCHECK_CALLED") or "hopcheck"
