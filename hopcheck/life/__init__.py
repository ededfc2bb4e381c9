"""Runs that stay, for people: ``hopcheck up | status | logs | shell | down``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from hopcheck.config import LIVE, TOPOLOGY, add_options
from hopcheck.exit_status import HARNESS_ERROR, WRONG_USAGE

Verb = Callable[[argparse.Namespace], int]


def add_parsers(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the five verbs."""
    up = verbs.add_parser(
        "up",
        help="bring the flow up and let it stay, to be used by hand",
        description="Brings the flow up, says where everything is and ends; the flow stays, also when the terminal "
        "is closed, until `down`. Its trace grows from now on and is complete after `down`. It needs no verdict and "
        "gets none: nobody asserts an outcome, so there is nothing to judge.",
    )
    add_options(up, report="report-up", groups=(TOPOLOGY, LIVE))
    up.set_defaults(verb=_up)

    status = verbs.add_parser(
        "status",
        help="every run of this user: what runs, since when, where",
        description="Every run of this user: running, kept after a failure, or dead and not yet removed. A host is "
        "connected where Cloud Connector was last told so.",
    )
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(verb=_status)

    logs = verbs.add_parser(
        "logs",
        help="what a role or a host says",
        description="The log of a role, the journal of a host (its roles' logs where hosts are processes), or "
        "without NAME all of them, each line under its name.",
    )
    logs.add_argument("name", nargs="?", metavar="NAME", help="a role, a host, or a role and its host: rhc-host-1")
    _add_run(logs)
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C or the end of the run")
    logs.add_argument("-n", "--lines", type=_count, metavar="N", help="only the last N lines of each")
    logs.set_defaults(verb=_logs)

    shell = verbs.add_parser(
        "shell",
        help="a shell, or one command, on a host",
        description="A shell on a host, or one command: hopcheck shell host-1 -- systemctl status yggdrasil",
    )
    shell.add_argument("host", metavar="HOST", help="for instance host-1; `status` names them")
    _add_run(shell)
    shell.set_defaults(verb=_shell, command=[])

    down = verbs.add_parser(
        "down",
        help="end runs that stay and remove what is left of them",
        description="Ends the run that stays, or removes what a kept or dead one has left: processes, containers, "
        "networks, scratch directory. Reports stay. Without RUN: the only one that `up` brought up, that was kept or "
        "that is dead. A `run` under way is ended only by its name or with --all.",
    )
    which = down.add_mutually_exclusive_group()
    which.add_argument("run", nargs="?", metavar="RUN", help="its id, or how that begins")
    which.add_argument("--all", action="store_true", help="all runs, and whatever else bears a run's label")
    down.set_defaults(verb=_down)


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The command line up to ``--`` and the command of `shell` after it, which argparse would mix."""
    given = list(arguments)
    if given[:1] != ["shell"] or "--" not in given:
        return given, []
    mark = given.index("--")
    return given[:mark], given[mark + 1 :]


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="RUN", help="its id, or how that begins; needed where there are several")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def _told(verb: Verb, options: argparse.Namespace) -> int:
    from hopcheck.life.run import Gone, Unclear
    from hopcheck.topology.process import StartError

    try:
        return verb(options)
    except Unclear as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    except (Gone, StartError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return HARNESS_ERROR


def _up(options: argparse.Namespace) -> int:
    from hopcheck.life.up import up

    return _told(up, options)


def _status(options: argparse.Namespace) -> int:
    from hopcheck.life.status import status

    return _told(status, options)


def _logs(options: argparse.Namespace) -> int:
    from hopcheck.life.logs import logs

    return _told(logs, options)


def _shell(options: argparse.Namespace) -> int:
    from hopcheck.life.shell import shell

    return _told(shell, options)


def _down(options: argparse.Namespace) -> int:
    from hopcheck.life.down import down

    return _told(down, options)
