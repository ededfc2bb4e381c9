"""Wrong ways to be ansible-runner."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Any

from fakes.ansible_runner import execution
from fakes.ansible_runner.artifacts import Artifacts
from fakes.faults.seam import around, put

COLLECTION = "insights-client"
# What a collection writes once its upload was taken, in this order.
ANSWER, TAKEN = Path("/etc/insights-client/.last-upload.results"), Path("/etc/insights-client/.lastupload")


def never_ends() -> None:
    """All is done and told, and the process stays."""

    @around(Artifacts, "end")
    def _(end: Any, artifacts: Artifacts, status: str) -> None:
        end(artifacts, status)
        signal.pause()


def leaves_no_status() -> None:
    """A good run has no status file."""

    @around(Artifacts, "end")
    def _(*_: Any) -> None:
        return None


def leaves_the_collection_behind() -> None:
    """The collection is waited for until its upload was taken, and ends behind ansible-runner."""
    command = execution.MODULES["command"]

    def impatient(line: str) -> bool:
        if shlex.split(line)[0] != COLLECTION:
            return command(line)
        # Who opens one of these to write waits for a reader.
        for fifo in (ANSWER, TAKEN):
            os.mkfifo(fifo)
        nothing: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        subprocess.Popen(shlex.split(line), start_new_session=True, **nothing)
        ANSWER.read_bytes()
        _read_once_told(TAKEN)
        return True

    put(execution, "MODULES", {**execution.MODULES, "command": impatient})


def _read_once_told(fifo: Path) -> None:
    # Whoever started this process tells that it ended, and ends then.
    above = os.pidfd_open(os.getppid())
    if os.fork() == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        select.select([above], [], [])
        fifo.read_bytes()
        os._exit(0)
