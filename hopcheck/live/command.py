"""``hopcheck live``: the page of a run that goes on, or of a stored trace."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hopcheck.exit_status import HARNESS_ERROR, PASS, WRONG_USAGE
from hopcheck.home import CONTRACTS
from hopcheck.life.called import called
from hopcheck.live.address import listen

TRACE = "trace.jsonl"


class NoTrace(Exception):
    """There is nothing to show; the text says what was looked for."""


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    live = verbs.add_parser(
        "live",
        help="the sequence diagram filling in, as a page in the browser",
        description="Serves a page on this machine that shows the sequence diagram filling in while a run goes, with "
        "the messages behind each arrow; of a stored trace, also as it was at any moment. Ends with Ctrl-C. "
        "`run --live` and `up` serve the same page.",
    )
    live.add_argument(
        "trace",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="a report or its trace.jsonl, complete or not (default: that of the newest run under way, else report)",
    )
    live.add_argument("--port", type=_port, default=0, metavar="N", help="the page's port (default: any that is free)")
    live.set_defaults(verb=_live)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, a whole number from 1 to 65535")
    return int(text)


def _live(options: argparse.Namespace) -> int:
    try:
        trace = _found(options.trace)
    except NoTrace as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    try:
        listening = listen(options.port)
    except OSError as error:
        told = f"--port {options.port}: {os.strerror(error.errno or 0)}; give another one, or none for any that is free"
        print(f"hopcheck: {told}", file=sys.stderr)
        return HARNESS_ERROR
    from hopcheck.live.server import Server

    server = Server(listening, trace, CONTRACTS)
    server.start()
    try:
        print(f"{trace}: {server.url} (Ctrl-C ends it)", flush=True)
        _until_interrupted()
    except KeyboardInterrupt:
        server.end()
    return PASS


def _until_interrupted(pause: Callable[[], None] = signal.pause) -> None:
    while True:
        pause()


def _found(given: Path | None) -> Path:
    """The trace that is meant. Raises `NoTrace`."""
    path = _default() if given is None else given
    if path.is_dir():
        path = path / TRACE
    if not path.is_file():
        raise NoTrace(f"there is no trace at {path}; want a report's directory or its {TRACE}: {called()} live report")
    return path.absolute()


def _default() -> Path:
    from hopcheck.life import run

    under_way = [each.record for each in run.find() if each.alive and each.record is not None]
    return Path(under_way[-1].report if under_way else "report")
