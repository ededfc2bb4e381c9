"""The sentences of features that did not hold, as the trace tells them: the verdict is on components alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hopcheck.trace import Event

OP = "sentence"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A step of a scenario that did not hold: ``text`` with its keyword, ``why`` in a line."""

    scenario: str
    file: str
    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" + (f": {self.why}" if self.why else "")


def of_trace(trace: Iterable[Event]) -> list[Sentence]:
    """Those of a run."""
    return [
        Sentence(**{name: each.attrs[name] for name in Sentence.__slots__})
        for each in trace
        if each.protocol == "kit" and each.op == OP
    ]
