"""``hopcheck init ROLE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from hopcheck.exit_status import WRONG_USAGE


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    init = verbs.add_parser(
        "init",
        help="write hopcheck.toml, CI jobs and a tox environment for a component of yours",
        description="Writes hopcheck.toml, a job for GitHub Actions, one for GitLab and an environment for tox, each "
        "for one component. Where .gitlab-ci.yml or tox.ini are there already, a fragment beside them. Nothing is "
        "overwritten without --force, and of others' files nothing at all.",
    )
    init.add_argument("role", metavar="ROLE", help="the role of the component, for instance ingress")
    init.add_argument("--sut", metavar="ROLE=cmd:COMMAND", help="the component, as the other verbs take it")
    init.add_argument(
        "--directory", type=Path, default=Path(), metavar="DIR", help="the repository (default: the working directory)"
    )
    init.add_argument("--force", action="store_true", help="overwrite what an earlier init wrote, and hopcheck.toml")
    init.set_defaults(verb=_init)


def _init(options: argparse.Namespace) -> int:
    from hopcheck.init.starter import placeholder, starters
    from hopcheck.topology.sut import parse_sut

    try:
        sut = placeholder(options.role) if options.sut is None else parse_sut(options.sut)
        if sut.role != options.role:
            raise ValueError(f"it is for {sut.role}, not for {options.role}")
    except ValueError as error:
        print(f"hopcheck: {'' if options.sut is None else f'--sut {options.sut}: '}{error}", file=sys.stderr)
        return WRONG_USAGE
    todo = [] if options.sut else [f"say in hopcheck.toml how your {options.role} is started: [sut.{options.role}]"]
    try:
        for starter in starters(sut, options.directory):
            path = options.directory / starter.path
            if path.exists() and not options.force:
                print(f"left as it is   {path}  (--force overwrites it)")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(starter.text, "utf-8")
            print(f"written         {path}")
            if starter.todo:
                todo.append(f"{path}: {starter.todo}")
    except OSError as error:
        print(f"hopcheck: {error.filename}: {error.strerror}", file=sys.stderr)
        return WRONG_USAGE
    todo += [
        "let CI know where the kit is: the variable HOPCHECK_REPOSITORY, an address for git clone",
        f"then: hopcheck doctor, and hopcheck conform {options.role}",
    ]
    print("\n".join(["", *(f"{number}. {each}" for number, each in enumerate(todo, 1))]))
    return 0
