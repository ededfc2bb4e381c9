"""What was there: programs and their versions, the machine, the command line and its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hopcheck.checks.verdict import Verdict
from hopcheck.report.page.text import command, text
from hopcheck.report.participants import rows
from hopcheck.trace import Trace

_NAMES = {
    "kit": "Kit",
    "contracts": "Contracts",
    "python": "Python",
    "system": "System",
    "kernel": "Kernel",
    "processors": "Processors",
    "engine": "Container engine",
    "kafka": "Kafka",
    "seed": "Seed",
}


def started(trace: Trace) -> Mapping[str, Any]:
    """What the trace tells of the run's start; nothing of an older one or of one without."""
    return next((event.attrs for event in trace if event.protocol == "kit" and event.op == "run"), {})


def facts(told: Mapping[str, Any], whole: str) -> str:
    """Rows about kit and machine as they were recorded; ``whole`` is the line that starts the same run."""
    found = [(name, text(told[key])) for key, name in _NAMES.items() if told.get(key)]
    if given := told.get("command"):
        found.append(("Command", f"<code>{text(' '.join(map(str, given)))}</code>"))
    options: Mapping[str, Any] = told.get("options") or {}
    found += [(f"Option {text(name)}", _words(words)) for name, words in options.items()]
    if "options" in told and not options:
        found.append(("Options", "none but the defaults"))
    if "command" not in told:
        found.append(("Not recorded", "command line, options and machine: the trace does not tell them"))
    found.append(("Same again", command(whole)))
    return "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in found)


def _words(words: Any) -> str:
    return "<br>".join(f"<code>{text(word)}</code>" for word in (words if isinstance(words, list) else [words]))


def participants(verdict: Verdict, trace: Trace) -> str:
    """A row for each program."""
    commands = dict(_commands(trace))
    return "".join(
        f'<tr><th scope="row">{text(row.role)}</th><td>{text(row.kind)}</td><td>{text(row.version)}</td>'
        f"<td>{text(row.where)}</td><td><code>{text(commands.get(row.role, ''), 400)}</code></td></tr>"
        for row in rows(verdict)
    )


def _commands(trace: Trace) -> Iterator[tuple[str, str]]:
    for event in trace:
        if event.protocol == "kit" and event.op == "participant":
            yield str(event.attrs.get("role")), str(event.attrs.get("command") or "")
