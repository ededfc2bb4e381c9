"""The command line that runs a module of this installation."""

from __future__ import annotations

import sys


def module(name: str, *arguments: str) -> list[str]:
    """``python -m NAME ARGUMENTS``, for a process that starts in the directory of whoever uses the kit.

    With -P: nothing that lies there, for instance a ``json.py``, is imported in the place of what the module means.
    """
    return [sys.executable, "-P", "-m", name, *arguments]
