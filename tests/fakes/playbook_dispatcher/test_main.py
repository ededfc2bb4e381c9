from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import Store


def test_the_clean_job_works_on_the_state_of_its_environment(tmp_path: Path) -> None:
    store = Store(tmp_path / "playbook-dispatcher.sqlite3")
    store.add(Run("r", "1", "c", "k", "u", "remediations", "n", "w", "p", 0), [RunHost("r", "h")])
    done = subprocess.run(
        [sys.executable, "-m", "fakes.playbook_dispatcher", "clean"],
        env={"STATE_DIRECTORY": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    run = store.run("r")
    store.close()
    assert run is not None
    assert (run.status, done.stdout) == ("timeout", "hopcheck-playbook-dispatcher: 1 runs timed out\n")
