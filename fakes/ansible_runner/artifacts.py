"""What a run leaves behind: ``job_events/COUNTER-UUID.json``, and ``status`` at its end."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Artifacts:
    """The artifacts of one run in ``directory``; its events count the lines of output so far."""

    def __init__(self, directory: Path, ident: str, playbook: str) -> None:
        self._directory = directory
        self._ident = ident
        self._playbook = {"playbook": playbook, "playbook_uuid": str(uuid.uuid4())}
        self._counter = 0
        self._lines = 0
        (directory / "job_events").mkdir(parents=True, exist_ok=True)

    def event(self, name: str, stdout: str = "", **data: Any) -> None:
        """Write one event under a name that watchers pass over, then rename it; ``stdout`` is printed too."""
        self._counter += 1
        began = self._lines
        self._lines += stdout.count("\n") + 1 if stdout else 0
        own = str(uuid.uuid4())
        event = {
            "uuid": own,
            "counter": self._counter,
            "stdout": stdout,
            "start_line": began,
            "end_line": self._lines,
            "runner_ident": self._ident,
            "event": name,
            "pid": os.getpid(),
            "created": datetime.now(UTC).isoformat(),
            "event_data": {**self._playbook, **data},
        }
        folder = self._directory / "job_events"
        partial = folder / f"{own}-partial.json"
        partial.write_text(json.dumps(event))
        partial.rename(folder / f"{self._counter}-{own}.json")
        if stdout:
            print(stdout, flush=True)

    def end(self, status: str) -> None:
        """Say how it ended."""
        (self._directory / "status").write_text(status)
