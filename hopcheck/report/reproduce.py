"""One line for a shell that shows a failure again, and as little else as possible."""

from __future__ import annotations

import shlex
from bisect import bisect
from collections.abc import Mapping, Sequence
from typing import Any

from hopcheck.checks.verdict import Finding
from hopcheck.home import FEATURES
from hopcheck.printable import printable
from hopcheck.selection import named
from hopcheck.trace import Event, Trace

PROGRAM = "hopcheck"
AGAIN = ("--report", "report-again")
"""What was seen first must stay to be looked at."""
_PLAYED = ("stimulus", "case", "visit")


class Reproduce:
    """Lines about one trace, from what that tells of its run: options, and the scenarios that had things played.

    Of a trace that tells less, an older one say, the lines select by clause or arrow.
    """

    def __init__(self, trace: Trace) -> None:
        told = [event for event in trace if event.protocol == "kit"]
        started = next((event.attrs for event in told if event.op == "run"), {})
        command: Sequence[str] = started.get("command") or ()
        self._program = command[0] if command else PROGRAM
        self._runtime: str | None = started.get("runtime")
        self._options: Mapping[str, Sequence[str]] = started.get("options") or {}
        self._played = [event for event in told if event.op in _PLAYED]
        self._seqs = [event.seq for event in self._played]

    def line(self, finding: Finding) -> str:
        """What to type to see a finding, in the directory where its run was started."""
        return self._run(self._selection(finding))

    def whole(self) -> str:
        """What to type to have the whole of the run again."""
        return self._run(["--all"] if len({each.attrs.get("scenario") for each in self._played}) > 1 else [])

    def _run(self, selection: Sequence[str]) -> str:
        options = self._options if self._runtime is None else {"runtime": [self._runtime]} | {**self._options}
        given = [part for name, words in options.items() for word in words for part in (f"--{name}", word)]
        # A name that a peer gave shall not bring a second line along.
        return " ".join(printable(shlex.join([self._program, "run", *given, *AGAIN, *selection])).splitlines())

    def _selection(self, finding: Finding) -> list[str]:
        played = self._of(finding)
        told: Mapping[str, Any] = {} if played is None else played.attrs
        name = told.get("scenario")
        clause = finding.clause if finding.clause in named(FEATURES) else None
        if name and (told.get("file") or not (played and played.op == "case" and clause)):
            return [*([str(told["file"])] if "file" in told else ["--all"]), "-k", str(name)]
        if clause:
            return ["--all", "-k", clause]
        if finding.arrow:
            return ["--all", "-m", f"arrow-{finding.arrow:02}"]
        return []

    def _of(self, finding: Finding) -> Event | None:
        """What was being played: the run that the finding names, else whatever came last before its event.

        What happened while the flow came up happens again with the first.
        """
        if finding.run is not None:
            named = [event for event in self._played if event.attrs.get("label") == finding.run]
            return named[0] if named else None
        if finding.event is None:
            return None
        position = bisect(self._seqs, finding.event)
        return self._played[max(0, position - 1)] if self._played else None
