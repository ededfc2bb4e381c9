"""Wrong ways to end, or never to, that any stand-in can have."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, NoReturn

STATUS = 70


def dies(*_given: Any, **_named: Any) -> NoReturn:
    """The process ends at once, as after an error that nobody expected."""
    print("fatal: unexpected error, giving up", file=sys.stderr, flush=True)
    os._exit(STATUS)


def hangs(*_given: Any, **_named: Any) -> NoReturn:
    """Whoever calls waits until the process is ended."""
    never = threading.Event()
    while True:
        never.wait()
