"""``hopcheck logs``: what the roles and hosts of a run say."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from hopcheck.life import machines, run
from hopcheck.life.run import Run
from hopcheck.life.source import Source, chosen


def logs(options: argparse.Namespace) -> int:
    """Print them, and with ``--follow`` what comes until Ctrl-C or the run's end. Raises `Unclear`."""
    found = run.choose(run.find(), options.run)
    wanted = chosen(found, options.name)
    try:
        if options.follow:
            from hopcheck.life.follow import follow

            with contextlib.suppress(KeyboardInterrupt):
                follow(found, wanted, printer(wanted), options.lines, every=options.name is None)
        else:
            show(found, wanted, printer(wanted), options.lines)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; Python would complain again when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def printer(wanted: Sequence[Source]) -> Callable[[str, bytes], None]:
    """Prints a line of a source, under its name where there are several."""
    width = max((len(source.name) for source in wanted), default=0)

    def show(name: str, line: bytes) -> None:
        prefix = f"{name:<{width}} | ".encode() if len(wanted) > 1 else b""
        sys.stdout.buffer.write(prefix + line + b"\n")
        sys.stdout.buffer.flush()

    return show


def show(found: Run, wanted: Sequence[Source], tell: Callable[[str, bytes], None], lines: int | None) -> None:
    """All of each source, or its last ``lines``, one after the other."""
    for source in wanted:
        said = _of_file(source) if source.file else _of_journal(found, source, lines)
        for line in said if lines is None else deque(said, maxlen=lines):
            tell(source.name, line)


def _of_file(source: Source) -> Iterator[bytes]:
    assert source.file is not None
    with source.file.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def _of_journal(found: Run, source: Source, lines: int | None) -> Iterable[bytes]:
    assert source.host is not None
    from hopcheck.topology.containers.execute import execute

    machine = machines.container(found, source.host)
    last = [] if lines is None else [f"--lines={lines}"]
    done = execute(machine, source.journal(*last))
    return [*done.err.splitlines(), *done.out.splitlines()]
