"""The command as people type it, with a scratch root of the test's own: it neither sees nor ends others' runs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DEADLINE_S = 60.0


class Kit:
    """The command with a scratch root of the test's own, so that nothing here sees or ends anybody else's run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {**os.environ, "HOPCHECK_SCRATCH": str(root)}
        self.started: list[subprocess.Popen[str]] = []

    def argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "hopcheck.cli", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        self.started.append(
            subprocess.Popen(
                self.argv(*arguments),
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return self.started[-1]

    def __call__(self, *arguments: str, stdin: str = "", expected: int = 0, timeout: float = DEADLINE_S) -> str:
        done = subprocess.run(
            self.argv(*arguments), env=self.env, input=stdin, capture_output=True, text=True, timeout=timeout
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout + done.stderr

    def runs(self) -> list[dict]:
        done = subprocess.run(self.argv("status", "--json"), env=self.env, capture_output=True, text=True)
        return json.loads(done.stdout)

    def processes(self) -> list[str]:
        """Those whose environment or command line names the root, but this one's children that only ask."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                except OSError:
                    continue
                if str(self.root).encode() in text:
                    found.append(f"{entry.name}: {text[:160]!r}")
        return found

    def until(self, process: subprocess.Popen[str], text: str) -> str:
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if text in line:
                return said
        raise AssertionError(said)

    def end(self) -> None:
        """What a test that failed left, too."""
        for each in self.started:
            if each.poll() is None:
                each.kill()
            each.wait()
            assert each.stdout is not None
            each.stdout.close()
        self("down", "--all")
        assert list(self.root.iterdir()) == []


@contextlib.contextmanager
def opened() -> Iterator[Kit]:
    """A kit whose root is short, as sockets below it need."""
    with tempfile.TemporaryDirectory(prefix="hl-", dir="/tmp") as root:
        made = Kit(Path(root))
        try:
            yield made
        finally:
            made.end()
