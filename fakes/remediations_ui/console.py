"""What the output of a playbook tells of its progress, and of why it failed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

TASK = re.compile(r"^TASK \[(?P<name>.*)\] \*", re.MULTILINE)
FATAL = re.compile(r"^(?:fatal|failed): \[[^\]]*\]: [A-Z]+! => (?P<result>\{.*\})\s*$", re.MULTILINE)
REFUSED = re.compile(r"Play '(?P<play>.*)' has invalid signature")
BUSY = re.compile(r"another playbook is already running|a playbook run is already in progress")
IGNORED = "...ignoring"


@dataclass(frozen=True, slots=True)
class Progress:
    """``tasks`` that have begun, by name; ``reason`` of a failure in a sentence, None where the output has none."""

    tasks: tuple[str, ...]
    reason: str | None


def plain(console: str) -> str:
    """The output with the line ends of a page."""
    return console.replace("\r\n", "\n").replace("\r", "\n")


def read(console: str) -> Progress:
    """What an output tells so far."""
    text = plain(console)
    return Progress(tuple(found["name"] for found in TASK.finditer(text)), _reason(text))


def _reason(text: str) -> str | None:
    if found := REFUSED.search(text):
        return f"The system refused the playbook: the signature of “{found['play']}” is not valid. Nothing was changed."
    if text.startswith("cannot verify playbook"):
        return "The system refused the playbook, because it could not be verified. Nothing was changed."
    if BUSY.search(text):
        return "The system was busy with another playbook. Execute the plan again when that one has ended."
    fatal = [each for each in FATAL.finditer(text) if not text[each.end() :].lstrip("\n").startswith(IGNORED)]
    if fatal:
        tasks = [found["name"] for found in TASK.finditer(text, 0, fatal[-1].start())]
        return f"The task “{tasks[-1] if tasks else 'unknown'}” failed: {_said(fatal[-1]['result'])}"
    return None


def _said(result: str) -> str:
    """The most telling line of a failed task's result."""
    try:
        said = json.loads(result)
    except ValueError:
        return result
    lines = str(said.get("stderr") or said.get("msg") or result).strip().splitlines()
    return lines[-1] if lines else result
