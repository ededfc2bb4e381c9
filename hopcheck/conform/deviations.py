"""Known deviations of a component: clauses that it breaks for a stated reason, until a stated day."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

FIELDS = ("clause", "reason", "expires")
Kind = Literal["unreadable", "shape", "unknown clause", "no reason", "bad date", "twice"]


class DeviationError(ValueError):
    """The file cannot be used; the text is one sentence with file and line, ``kind`` says what is wrong."""

    def __init__(self, kind: Kind, where: str, said: str) -> None:
        super().__init__(f"{where}: {said}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Deviation:
    """One clause that is known to be broken; ``expires`` is the last day on which that is accepted."""

    clause: str
    reason: str
    expires: date

    def expired(self, today: date) -> bool:
        """Whether it is accepted no longer."""
        return today > self.expires

    def told(self, today: date) -> dict[str, Any]:
        """As a trace holds it: the day as YYYY-MM-DD, and whether it is over."""
        return {
            "clause": self.clause,
            "reason": self.reason,
            "expires": self.expires.isoformat(),
            "expired": self.expired(today),
        }


@dataclass(frozen=True, slots=True)
class Deviations:
    """All of a file, in its order, a clause at most once."""

    path: Path
    entries: tuple[Deviation, ...]

    def __iter__(self) -> Iterator[Deviation]:
        return iter(self.entries)

    def of(self, clause: str) -> Deviation | None:
        """The one of a clause."""
        return next((each for each in self.entries if each.clause == clause), None)

    def expired(self, today: date) -> tuple[Deviation, ...]:
        """Those that are accepted no longer."""
        return tuple(each for each in self.entries if each.expired(today))


def load(path: Path, clauses: Collection[str]) -> Deviations:
    """A YAML list of ``clause``, ``reason`` and ``expires`` (YYYY-MM-DD); ``clauses`` are those that there are.

    An empty file has none. Raises `DeviationError`.
    """
    try:
        tree = yaml.compose(path.read_text("utf-8"), yaml.SafeLoader)
    except OSError as error:
        raise DeviationError("unreadable", str(path), f"cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise DeviationError("unreadable", str(path), f"not YAML: {said}") from None
    if tree is None:
        return Deviations(path, ())
    if not isinstance(tree, yaml.SequenceNode):
        raise DeviationError("shape", _where(path, tree), f"want a list of entries with {', '.join(FIELDS)}")
    found: dict[str, Deviation] = {}
    for node in tree.value:
        entry = _entry(path, node, clauses)
        if entry.clause in found:
            raise DeviationError("twice", _where(path, node), f"{entry.clause} is listed before; keep one of the two")
        found[entry.clause] = entry
    return Deviations(path, tuple(found.values()))


def _entry(path: Path, node: yaml.Node, clauses: Collection[str]) -> Deviation:
    fields = _fields(path, node)
    where = _where(path, node)
    clause, reason, expires = (fields.get(name, "").strip() for name in FIELDS)
    if not clause:
        raise DeviationError("shape", where, "an entry without a clause; want for instance clause: H-032")
    if clause not in clauses:
        near = difflib.get_close_matches(clause, list(clauses), 1, 0.5)
        raise DeviationError(
            "unknown clause",
            where,
            f"no clause {clause!r}{f', meant is perhaps {near[0]!r}' if near else ''}; `hopcheck clauses` lists them",
        )
    if not reason:
        raise DeviationError("no reason", where, f"{clause} has no reason; say in a sentence why it is accepted")
    return Deviation(clause, " ".join(reason.split()), _day(where, clause, expires))


def _fields(path: Path, node: yaml.Node) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode):
        raise DeviationError("shape", _where(path, node), f"want an entry with {', '.join(FIELDS)}")
    fields: dict[str, str] = {}
    for key, value in node.value:
        if key.value not in FIELDS:
            raise DeviationError("shape", _where(path, key), f"no field {key.value!r}; there are {', '.join(FIELDS)}")
        if not isinstance(value, yaml.ScalarNode):
            raise DeviationError("shape", _where(path, value), f"{key.value}: want a text")
        if key.value in fields:
            raise DeviationError("shape", _where(path, key), f"{key.value} is there twice in one entry")
        # As it is written, but that null is nothing.
        fields[key.value] = "" if value.tag.endswith(":null") else value.value
    return fields


def _day(where: str, clause: str, expires: str) -> date:
    wrong = DeviationError(
        "bad date", where, f"{clause} expires {expires or 'never'}: want the last day of it as YYYY-MM-DD"
    )
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", expires):
        raise wrong
    try:
        return date.fromisoformat(expires)
    except ValueError:
        raise wrong from None


def _where(path: Path, node: yaml.Node) -> str:
    return f"{path}:{node.start_mark.line + 1}"
