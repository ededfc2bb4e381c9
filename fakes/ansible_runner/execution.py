"""Plays and tasks, told event by event in ansible's words."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakes.ansible_runner.artifacts import Artifacts

HOST = "localhost"
DEBUG = "debug"
_KEYWORDS = {"name", "changed_when", "ignore_errors", "register"}
_WIDTH = 79


class TaskFailed(Exception):
    """A task did not do what it should."""


def execute(plays: Sequence[Mapping[str, Any]], artifacts: Artifacts) -> bool:
    """All plays up to the first task that fails; whether there was none."""
    counts: Counter[str] = Counter()
    known: dict[str, str] = {}
    artifacts.event("playbook_on_start")
    good = all(_play(play, artifacts, counts, known) for play in plays)
    told = " ".join(f"{name}={counts[name]:<4}" for name in ("ok", "changed", "unreachable", "failed", "ignored"))
    artifacts.event("playbook_on_stats", f"{_title('PLAY RECAP')}\r\n{HOST:<26} : {told}")
    return good


def _play(play: Mapping[str, Any], artifacts: Artifacts, counts: Counter[str], known: dict[str, str]) -> bool:
    artifacts.event("playbook_on_play_start", _title(f"PLAY [{play['name']}]"))
    tasks = list(play.get("tasks", []))
    if play.get("gather_facts", True):
        tasks.insert(0, {"name": "Gathering Facts", "setup": {}})
    return all(_task(task, artifacts, counts, known) for task in tasks)


def _task(task: Mapping[str, Any], artifacts: Artifacts, counts: Counter[str], known: dict[str, str]) -> bool:
    artifacts.event("playbook_on_task_start", _title(f"TASK [{task['name']}]"))
    artifacts.event("runner_on_start", host=HOST)
    [module] = set(task) - _KEYWORDS
    try:
        changed = _done(module, task, known) and task.get("changed_when", True)
    except (TaskFailed, OSError) as error:
        ignored = bool(task.get("ignore_errors"))
        counts["ignored" if ignored else "failed"] += 1
        told = f"fatal: [{HOST}]: FAILED! => {error}"
        artifacts.event("runner_on_failed", told + ("\r\n...ignoring" if ignored else ""), host=HOST)
        return ignored
    counts.update(["ok", "changed"] if changed else ["ok"])
    shown = f" => {json.dumps({(name := task[module]['var']): known[name]}, indent=4)}" if module == DEBUG else ""
    artifacts.event("runner_on_ok", f"{'changed' if changed else 'ok'}: [{HOST}]{shown}", host=HOST)
    return True


def _done(module: str, task: Mapping[str, Any], known: dict[str, str]) -> bool:
    """Whether the task changed something; what a command prints is known where the task has a name for it."""
    if module == DEBUG:
        if (name := task[module].get("var")) not in known:
            raise TaskFailed(f"VARIABLE IS NOT DEFINED: {name}")
        return False
    if module not in MODULES:
        raise TaskFailed(f"no module {module} in this stand-in")
    if module == "command" and "register" in task:
        known[f"{task['register']}.stdout"] = _run(task[module])
        return True
    return MODULES[module](task[module])


def _title(text: str) -> str:
    return f"\r\n{text} ".ljust(_WIDTH + 2, "*")


def _setup(_: Mapping[str, Any]) -> bool:
    return False


def _run(line: str) -> str:
    done = subprocess.run(shlex.split(line), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise TaskFailed(f"rc={done.returncode} {done.stderr.strip()}")
    return done.stdout.rstrip("\n")


def _command(line: str) -> bool:
    _run(line)
    return True


def _file(wanted: Mapping[str, Any]) -> bool:
    path = Path(wanted["path"])
    new = not path.is_dir()
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(int(wanted["mode"], 8))
    return new


def _copy(wanted: Mapping[str, Any]) -> bool:
    path = Path(wanted["dest"])
    if not path.parent.is_dir():
        raise TaskFailed(f"Destination directory {path.parent} does not exist")
    new = not path.exists() or path.read_text() != wanted["content"]
    path.write_text(wanted["content"])
    path.chmod(int(wanted["mode"], 8))
    return new


MODULES: Mapping[str, Callable[[Any], bool]] = {
    "setup": _setup,
    "command": _command,
    "file": _file,
    "copy": _copy,
}
