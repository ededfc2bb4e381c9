"""SIGTERM and SIGINT as KeyboardInterrupt, but never in the middle of what must not be torn."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interruption:
    """Both signals raise KeyboardInterrupt in the main thread from now on."""

    def __init__(self) -> None:
        self._deferring = self._pending = self._ignoring = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._come)

    def _come(self, _number: int, _frame: object) -> None:
        if self._deferring:
            self._pending = True
        elif not self._ignoring:
            raise KeyboardInterrupt

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """What comes inside is raised at the end."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
        if self._pending:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """The end has begun: asking for it again changes nothing."""
        self._ignoring = True
