"""Runs that exist only as scratch directories, below a root of the test's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hopcheck.life.run import Run, find
from hopcheck.topology import scratch, sweep
from hopcheck.topology.record import HostRecord, Record

Make = Callable[..., Run]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's runs are; no engine answers."""
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.setattr(scratch, "ROOT", root)
    monkeypatch.setattr(sweep, "engine", lambda: None)
    return root


@pytest.fixture
def process() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts processes that only wait."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(argv or ["sleep", "60"], start_new_session=True))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.wait()


@pytest.fixture
def made(root: Path, tmp_path: Path) -> Make:
    """Makes a run and returns it as it is found."""

    def make(
        name: str = "hc-one",
        owner: int | None = None,
        kept: bool = False,
        hosts: tuple[HostRecord, ...] = (),
        roles: dict[str, str] | None = None,
        recorded: bool = True,
        ready: bool = True,
        verb: str = "up",
        runtime: str = "process",
        live: str = "",
    ) -> Run:
        directory = root / name
        directory.mkdir()
        (directory / "owner").write_text(scratch.mark(owner) if owner else "999999999:1")
        os.utime(directory / "owner", (len(list(root.iterdir())),) * 2)
        if kept:
            scratch.keep(directory)
        report = tmp_path / f"report-{name}"
        (report / "logs").mkdir(parents=True)
        if recorded:
            told = Record(verb, runtime, str(report), "http://127.0.0.1:1/", ready, roles or {}, hosts, live)
            told.write(directory)
        return next(run for run in find() if run.id == name)

    return make
