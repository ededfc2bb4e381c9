"""ansible-runner: the call, and its job events as they appear (facts 3.5)."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fakes.rhc.inotify import MOVED_TO, Inotify
from fakes.rhc_worker_playbook import paths

log = logging.getLogger(__name__)


class RunFailed(Exception):
    """ansible-runner could not be run, exited with another status than 0, or left the status ``failed``."""


def command(correlation_id: str) -> tuple[list[str], dict[str, str]]:
    """Arguments and whole environment of ansible-runner."""
    home = paths.STATE_DIR / "ansible-home"
    arguments = [
        paths.PYTHON,
        "-m",
        "ansible_runner",
        "run",
        "--ident",
        correlation_id,
        "--playbook",
        str(paths.playbook(correlation_id)),
        str(paths.private_data()),
    ]
    return arguments, {
        "PATH": paths.PATH,
        "PYTHONPATH": str(paths.LIB_DIR),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_REMOTE_TMP": str(home / "remote-tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(paths.COLLECTIONS),
    }


async def run(correlation_id: str, playbook: bytes, on_event: Callable[[dict[str, Any]], None]) -> None:
    """Run the playbook; every job event has reached `on_event` on return. Raises RunFailed."""
    try:
        job_events = prepare(correlation_id, playbook)
        status = await _watched(correlation_id, job_events, on_event)
    except OSError as error:
        raise RunFailed(f"error executing ansible-runner: err={error}") from error
    if status < 0:
        raise RunFailed(f"error executing ansible-runner: err=signal: {_spelled(-status)}")
    if status > 0:
        raise RunFailed(f"error executing ansible-runner: err=exit status {status}")
    try:
        final = (paths.artifacts(correlation_id) / "status").read_text()
    except OSError as error:
        raise RunFailed(f"cannot read the status file: err={error}") from error
    if final == "failed":
        raise RunFailed("ansible-runner status is failed")


def prepare(correlation_id: str, playbook: bytes) -> Path:
    """Write the playbook (0600) and make the folders down to that of the job events (0750), which is returned."""
    paths.STATE_DIR.mkdir(parents=True, exist_ok=True)
    file = paths.playbook(correlation_id)
    file.touch(mode=0o600)
    file.write_bytes(playbook)
    artifacts = paths.artifacts(correlation_id)
    job_events = artifacts / "job_events"
    for folder in (paths.private_data(), artifacts.parent, artifacts, job_events):
        folder.mkdir(mode=0o750, exist_ok=True)
    return job_events


def read_event(file: Path) -> dict[str, Any] | None:
    """A job event; None for partial files and for what is no JSON object."""
    if "partial" in file.name or file.suffix != ".json":
        return None
    try:
        event = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        log.error("cannot read job event %s: %s", file.name, error)
        return None
    return event if isinstance(event, dict) else None


def _spelled(number: int) -> str:
    return (signal.strsignal(number) or str(number)).lower()


async def _watched(correlation_id: str, job_events: Path, on_event: Callable[[dict[str, Any]], None]) -> int:
    def moved_in() -> None:
        for change in inotify.read():
            if (event := read_event(job_events / change.name)) is not None:
                on_event(event)

    loop, inotify = asyncio.get_running_loop(), Inotify()
    try:
        inotify.watch(job_events, MOVED_TO)
        loop.add_reader(inotify, moved_in)
        status = await _execute(correlation_id)
        # Renames made before the exit are already queued: the last events are not lost.
        moved_in()
        return status
    finally:
        loop.remove_reader(inotify)
        inotify.close()


async def _execute(correlation_id: str) -> int:
    arguments, environment = command(correlation_id)
    process = await asyncio.create_subprocess_exec(
        *arguments, env=environment, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    log.info("run started: pid=%s", process.pid)
    try:
        _, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
    if stderr:
        log.info("ansible-runner: %s", stderr.decode(errors="replace").rstrip())
    assert process.returncode is not None
    return process.returncode
