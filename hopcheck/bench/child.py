"""Parts of a measurement as processes of their own: they tell what they found in a line of JSON."""

from __future__ import annotations

import json
import signal
import subprocess
from types import TracebackType
from typing import Any

from hopcheck import python
from hopcheck.topology.process import deathbound

TIMEOUT_S = 180.0


class ChildError(RuntimeError):
    """A part of the measurement failed; what it said stands on stderr already."""


class Child:
    """A running ``python -m MODULE ARGUMENTS``. Context manager: ends it where it has not ended."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.name = f"{module} {' '.join(arguments)}"
        self._child = subprocess.Popen(
            [*deathbound(), *python.module(module, *arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._child.terminate()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()

    def line(self) -> str:
        """Its next line, for instance its port. Raises `ChildError` where it ended instead."""
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise ChildError(f"{self.name}: ended before it said anything, status {self._child.wait()}")
        return line.decode().strip()

    def result(self, timeout: float = TIMEOUT_S) -> Any:
        """End its stdin; what it says then within ``timeout`` seconds, as JSON (None: nothing). Raises `ChildError`."""
        try:
            out, _ = self._child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise ChildError(f"{self.name}: not done after {timeout:g} s") from None
        if self._child.returncode != 0:
            raise ChildError(f"{self.name}: ended with status {self._child.returncode}")
        return json.loads(out) if out.strip() else None


def run(module: str, *arguments: str, timeout: float = TIMEOUT_S) -> Any:
    """Run to the end; its JSON. Raises `ChildError`."""
    with Child(module, *arguments) as child:
        return child.result(timeout)


def interruptible() -> None:
    """In a child: let the first SIGTERM or SIGINT unwind, so that everything it started is ended."""
    signals = signal.SIGTERM, signal.SIGINT

    def interrupt(_number: int, _frame: object) -> None:
        # A terminal's Ctrl-C comes first, the parent's SIGTERM in the middle of the unwinding.
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, interrupt)
