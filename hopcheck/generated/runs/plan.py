"""A generated run as data: what a seed decides, and what a file can say in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import orjson

from hopcheck.generated.runs.acts import RESTARTS
from hopcheck.generated.runs.moment import hold, moment
from hopcheck.taps.hold import Hold, Moment
from hopcheck.topology.story import (
    BUSY,
    FAILED,
    NOT_CONNECTED,
    REFUSED,
    TELLS_MUCH,
    WRITE_CONFIG,
    WRITE_MOTD,
    Story,
    System,
)

DISTURBED = "disturbed"
COMPLETE, FLEET, MIXED = "complete", "fleet", "mixed"
_FIXED = {"failed": FAILED, "refused": REFUSED, "not connected": NOT_CONNECTED, "busy": BUSY}
ONE_HOST = (COMPLETE, *_FIXED)
MANY_HOSTS = (FLEET, MIXED)
KINDS = (*ONE_HOST, *MANY_HOSTS)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done at a moment of a run: ``what`` as `hopcheck.generated.runs.acts` has it."""

    what: str
    at: Moment

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"

    @classmethod
    def of(cls, text: str) -> Act:
        """``WHAT at MOMENT``. Raises ValueError."""
        what, mark, at = text.rpartition(" at ")
        if not mark:
            raise ValueError(f"{text!r} is no act: want WHAT at MOMENT")
        return cls(what, moment(at))


@dataclass(frozen=True, slots=True)
class Tale:
    """One story: its kind, how many interval uploads of its own a system must send first, what befalls it.

    ``words`` is how many characters the playbook prints besides, which every later upload carries.
    """

    kind: str
    uploads: int = 0
    words: int = 0
    acts: tuple[Act, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """The acts after which what was under way may be missing, which the story declares."""
        return tuple(act.what for act in self.acts if act.what in RESTARTS)

    def story(self, label: str) -> Story:
        """The story under a label of its own."""
        told = self._told(label)
        return replace(told, outcome=DISTURBED, fault=", ".join(self.faults)) if self.faults else told

    def _told(self, label: str) -> Story:
        if self.kind in _FIXED:
            fixed = _FIXED[self.kind]
            return Story(label, fixed.issues, fixed.outcome, fixed.connected, fixed.uploads, fixed.during_another)
        if self.kind in MANY_HOSTS:
            outcome = DISTURBED if self.faults else "complete"
            first = System(outcome=outcome, uploads=self.uploads)
            second = System(outcome=outcome, uploads=self.uploads + 1)
            away = System(outcome="not_connected", connected=False, uploads=0)
            return Story(label, systems=(first, second) if self.kind == FLEET else (first, away))
        issues = (WRITE_CONFIG, WRITE_MOTD)
        return Story(label, (TELLS_MUCH, *issues) if self.words else issues, uploads=self.uploads)


@dataclass(frozen=True, slots=True)
class Plan:
    """A generated run. Intervals are seconds, as text; ``seed`` is the one that it came from, for people."""

    seed: str
    tales: tuple[Tale, ...]
    hosts: int = 1
    response_interval: str = "0.2"
    poll_interval: str = "0.2"

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        hosts = f"{self.hosts} host{'s' if self.hosts > 1 else ''}"
        yield f"seed {self.seed}: {hosts}, uploads every {self.response_interval} s, polls every {self.poll_interval} s"
        for tale in self.tales:
            uploads = f", {tale.uploads} interval uploads" if tale.uploads else ""
            words = f", {tale.words} characters of output" if tale.words else ""
            yield f"  {tale.kind}{uploads}{words}"
            yield from (f"    {act}" for act in tale.acts)
            yield from (f"    hold {each}" for each in tale.holds)

    def write(self, path: Path) -> None:
        """As a file that `read` reads."""
        document = asdict(self) | {
            "tales": [
                {
                    "kind": t.kind,
                    "uploads": t.uploads,
                    "words": t.words,
                    "acts": [*map(str, t.acts)],
                    "holds": [*map(str, t.holds)],
                }
                for t in self.tales
            ]
        }
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read(path: Path) -> Plan:
    """A plan from its file. Raises OSError, and ValueError saying what is wrong with it."""
    document = orjson.loads(path.read_bytes())
    if not isinstance(document, dict) or set(document) - {each.name for each in fields(Plan)}:
        raise ValueError(f"{path} is no plan of a generated run")
    try:
        return Plan(**document | {"tales": tuple(_tale(each) for each in document["tales"])})
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} is no plan of a generated run: {error}") from error


def _tale(each: Mapping[str, Any]) -> Tale:
    if each["kind"] not in KINDS:
        raise ValueError(f"no kind of story {each['kind']!r}; there are {', '.join(KINDS)}")
    return Tale(
        each["kind"],
        each.get("uploads", 0),
        each.get("words", 0),
        tuple(Act.of(text) for text in each.get("acts", ())),
        tuple(hold(text) for text in each.get("holds", ())),
    )
