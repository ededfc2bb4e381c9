"""``hopcheck doctor``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from hopcheck.config.arguments import CONFIG_HELP
from hopcheck.doctor.check import OK, PROBLEM, WARNING, Check
from hopcheck.exit_status import HARNESS_ERROR, PASS
from hopcheck.install import PROGRAMS, how


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    doctor = verbs.add_parser(
        "doctor",
        help="check machine and configuration, and say what to do",
        description="Checks what the machine has and whether the configuration (hopcheck.toml, environment) can be "
        "used. Nothing is changed, and nothing of yours is started.",
    )
    doctor.add_argument("--config", type=Path, metavar="FILE", help=CONFIG_HELP)
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.set_defaults(verb=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    found = []
    for check in examine(options.config):
        found.append(check)
        if not options.json:
            print("\n".join(_lines(check)), flush=True)
    problems = sum(check.state == PROBLEM for check in found)
    if options.json:
        print(json.dumps({"ok": not problems, "checks": [asdict(check) for check in found]}, indent=2))
    else:
        print("\n".join(_summary(found)))
    return HARNESS_ERROR if problems else PASS


def examine(config: Path | None) -> Iterator[Check]:
    """Every check. A configuration that cannot be read is one, and what depends on it goes by the defaults."""
    from hopcheck.config import ConfigError, resolve
    from hopcheck.doctor import configuration, machine
    from hopcheck.doctor.needs import needs

    try:
        found = resolve({}, config=config)
    except ConfigError as error:
        yield Check("configuration", PROBLEM, str(error), "docs/options.md has every key; the rest goes by defaults")
        found = resolve({}, environ={}, without_file=True)
    else:
        if found.file is None:
            yield Check("configuration", OK, "no hopcheck.toml here; `hopcheck init ROLE` makes one")
        else:
            suts = ", ".join(map(str, found.values["sut"].values())) or "no component of yours"
            yield Check("configuration", OK, f"{found.file}: {suts}")
    yield from configuration.environment(os.environ)
    yield from configuration.checks(found.values, date.today())
    yield from machine.checks(needs(found.values), found.values)


def _lines(check: Check) -> Iterator[str]:
    yield f"{check.state:<8} {check.name:<15} {check.said}"
    if check.state != OK and check.todo:
        yield f"{'':<24} {check.todo}"


def _summary(found: Sequence[Check]) -> Iterator[str]:
    yield ""
    programs = [PROGRAMS[check.program] for check in found if check.state == PROBLEM and check.program]
    if command := how(programs):
        yield f"install what is missing with:  {command}"
    told = []
    for state in (PROBLEM, WARNING):
        if count := sum(check.state == state for check in found):
            told.append(f"{count} {state}{'' if count == 1 else 's'}")
    ready = "not ready" if any(check.state == PROBLEM for check in found) else "ready"
    yield ": ".join([ready, *([", ".join(told)] if told else [])])
