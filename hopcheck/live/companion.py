"""A process beside a run that serves its live page; it ends with whoever started it, however that ends."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from hopcheck.live.address import listen, page_of
from hopcheck.python import module
from hopcheck.topology.process import StartError

END_S = 30


class Companion:
    """Serves ``report``/trace.jsonl from the start on. ``stays``: the run is one that stays.

    Raises `StartError` where the port is taken.
    """

    def __init__(self, report: Path, port: int | None = None, *, stays: bool = False) -> None:
        try:
            listening = listen(port or 0)
        except OSError as error:
            raise StartError(
                f"--live-port {port}: {os.strerror(error.errno or 0)}; give another one, or none for any that is free"
            ) from error
        with listening:
            self.url = page_of(listening)
            argv = module("hopcheck.live", f"--fd={listening.fileno()}", str(report.absolute()))
            self._process = subprocess.Popen(
                [*argv, *(["--stays"] if stays else [])],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[listening.fileno()],
                # Ctrl-C is told by whoever started it, once the trace is complete.
                start_new_session=True,
            )

    def end(self) -> None:
        """Let those who look have the last of it, and end it."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
