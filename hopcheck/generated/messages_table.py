"""How many messages of which kind a strategy gave, how fast they were dealt with, and what they found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hopcheck.generated.messages import Message
from hopcheck.generated.strategies_broken import VALID

HEAD = ("protocol", "strategy", "valid", "broken", "cases", "cases/s", "findings")


@dataclass(slots=True)
class Tally:
    """Of one strategy. ``seconds`` are those of the processor while `timed`, or of the clock where others work too."""

    protocol: str
    strategy: str
    kinds: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    findings: int = 0

    def count(self, messages: Iterable[Message]) -> None:
        """Take these in."""
        self.kinds.update(message.kind for message in messages)

    @contextmanager
    def timed(self, clock: Any = time.process_time) -> Iterator[None]:
        """What is done inside takes time."""
        began = clock()
        try:
            yield
        finally:
            self.seconds += clock() - began

    @property
    def cases(self) -> int:
        """All messages."""
        return self.kinds.total()

    @property
    def speed(self) -> float:
        """Messages a second."""
        return self.cases / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        told = {"protocol": self.protocol, "strategy": self.strategy, "kinds": dict(self.kinds)}
        return {**told, "seconds": self.seconds, "findings": self.findings}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Tally:
        """Read back what `as_dict` gave."""
        return cls(told["protocol"], told["strategy"], Counter(told["kinds"]), told["seconds"], told["findings"])


def table(tallies: Iterable[Tally]) -> list[str]:
    """Lines of a table for the terminal, which Markdown takes too."""
    rows = [HEAD, tuple("---" for _ in HEAD)]
    for each in tallies:
        broken = ", ".join(f"{kind} {number}" for kind, number in sorted(each.kinds.items()) if kind != VALID)
        numbers = (str(each.kinds[VALID]), broken, str(each.cases), f"{each.speed:,.0f}", str(each.findings))
        rows.append((each.protocol, each.strategy, *numbers))
    return [f"| {' | '.join(row)} |" for row in rows]
