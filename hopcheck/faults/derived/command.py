"""Derives faults from stored traces, judges them, and prints a table by kind."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hopcheck.checks.clause import CONTRACT
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.judge import Judge
from hopcheck.faults.catalogue import CATALOGUE
from hopcheck.faults.derived.arrows import Arrows
from hopcheck.faults.derived.basis import Basis, basis
from hopcheck.faults.derived.messages import Messages, TraceError
from hopcheck.faults.derived.played import Played
from hopcheck.suggestion import unreadable
from hopcheck.trace import load

_ROW = "{:<32} {:>8} {:>8} {:>15}"


@dataclass(frozen=True, slots=True)
class Derived:
    """``status`` is 1 where a derived fault was not caught or held against others alone, 2 where no trace was a basis.

    ``clauses`` are those judged by a contract alone that a derived fault was found to break.
    """

    status: int
    clauses: frozenset[str] = frozenset()


def main(paths: Sequence[Path], contracts: Path = CATALOGUE.parent) -> Derived:
    """Alter the messages of every trace, and the arrows of the first run of the first; print what was caught."""
    began = time.monotonic()
    judge = Judge(contracts)
    messages = Messages(judge, Documents(contracts, wire=True))
    found: list[Played] = []
    try:
        traces = {path: load(path) for path in paths}
        for path, trace in traces.items():
            with _of(path):
                found += messages.play(trace)
        with _of(paths[0]):
            run = basis(judge, traces[paths[0]])
    except (OSError, ValueError) as error:
        print(f"hopcheck: {unreadable(error)}", file=sys.stderr)
        return Derived(2)
    found += Arrows(judge, run).play()
    print("\n".join(table(found)))
    print("\n".join(_told(messages, run)))
    good = sum(each.rightly for each in found)
    took = time.monotonic() - began
    print(f"{good} of {len(found)} derived faults caught and rightly blamed, in {took:.0f} s")
    broken = frozenset(name for each in found if each.rightly for name in each.clauses)
    contract = {name for name in broken if judge.catalogue[name].judged == CONTRACT}
    return Derived(0 if good == len(found) else 1, frozenset(contract))


def table(found: Iterable[Played]) -> Iterator[str]:
    """A row for each kind of alteration, then a line for each that got away or was held against others."""
    kinds: dict[str, list[Played]] = {}
    for each in found:
        kinds.setdefault(each.kind, []).append(each)
    yield _ROW.format("alteration", "derived", "caught", "rightly blamed")
    for kind, played in kinds.items():
        caught, rightly = (sum(getattr(each, name) for each in played) for name in ("caught", "rightly"))
        yield _ROW.format(kind, len(played), caught, rightly)
    yield from (f"    {each.told}" for played in kinds.values() for each in played if not each.rightly)


@contextmanager
def _of(path: Path) -> Iterator[None]:
    try:
        yield
    except TraceError as error:
        raise TraceError(f"{path}: {error}") from error


def _told(messages: Messages, run: Basis) -> Iterator[str]:
    """What nothing was derived from."""
    if lacking := messages.lacking:
        yield f"not seen, so not altered: {len(lacking)} messages of the contracts: {', '.join(lacking)}"
    yield f"secrets, of which a trace has digests: the rules of {messages.hidden} places were not altered"
    yield f"arrows: the first run of the first trace, without {run.left_out} passes of the status loop like those kept"
