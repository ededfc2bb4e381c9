"""How a session of pytest's ends where the kit cannot go on."""

from __future__ import annotations

import sys
from typing import NoReturn

import pytest


def end(cause: str, status: int) -> NoReturn:
    """End the session with an exit status, and say the cause.

    pytest says it on stdout alone. On stderr, where every verb of the kit's says it, a session that captures file
    descriptors has none.
    """
    print(f"hopcheck {cause}", file=sys.__stderr__, flush=True)
    pytest.exit(f"hopcheck {cause}", returncode=status)
