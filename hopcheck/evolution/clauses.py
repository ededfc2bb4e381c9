"""Differences between the catalogues of two versions, and a case, a message or a wrong stand-in that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from hopcheck import yaml_tree
from hopcheck.catalogue.examples import line_of
from hopcheck.checks.clause import CONTRACT, NOWHERE
from hopcheck.evolution.broken import exchange, message_that_breaks
from hopcheck.evolution.difference import CLAUSE, Difference, Effect, Witness
from hopcheck.evolution.search import Kept
from hopcheck.evolution.version import Version

BINDS = "MUST"
"""The one level whose breach fails a component."""
_WORDS = frozenset({"text", "source", "evidence", "reason", "versions", "file"})
NOTHING = "no case, message or wrong stand-in shows it"
_BY_NAME = "not played here: hopcheck faults {}"
Entry = Mapping[str, Any]


class Clauses:
    """Old and new version."""

    def __init__(self, old: Version, new: Version) -> None:
        self._old, self._new = old, new

    def differences(self) -> Iterator[Difference]:
        """Every clause that differs."""
        for name in dict.fromkeys([*self._old.clauses, *self._new.clauses]):
            old, new = self._old.clauses.get(name), self._new.clauses.get(name)
            if old != new:
                yield self._difference(name, old, new)

    def _difference(self, name: str, old: Entry | None, new: Entry | None) -> Difference:
        entry = new or old or {}
        version = self._old if new is None else self._new
        what = _what(old, new)
        changed = [key for key in {**(new or {}), **(old or {})} if (old or {}).get(key) != (new or {}).get(key)]
        line = _line(version.files[entry["file"]], name, changed if old and new else ())
        if old is not None and new is not None and set(changed) <= _WORDS:
            return Difference(CLAUSE, entry["file"], line, name, what, words=True)
        before, after = _bound(old), _bound(new)
        note = ""
        if not before and not after:
            note = "binds nobody in either version"
        kept: Kept = "old" if after - before else "new"
        # Whoever is bound by one version alone shows the difference there.
        strict, roles = (self._new, after - before) if kept == "old" else (self._old, before - after)
        witness = None
        if before and after and roles:
            # A trace is judged alike: whoever does it is blamed. But it counts for more or fewer certificates.
            role = min(roles)
            told = (f"clause {name} binds {role}", f"it does not, so `conform {role}` does not count it")
            witness = Witness(f"conform {role}", kept, {"clause": name, "role": role}, *told)
        elif roles:
            witness = self._witness(name, strict, kept, roles)
        effects = tuple(Effect(role, "sends", witness) for role in sorted(after - before))
        if roles and witness is None:
            note = NOTHING
        return Difference(CLAUSE, entry["file"], line, name, what, effects, note=note, shown=witness)

    def _witness(self, name: str, strict: Version, kept: Kept, roles: set[str]) -> Witness | None:
        """Something that ``strict`` blames one of the roles for; the other version takes it."""
        entry = strict.clauses[name]
        for case in _cases(strict):
            if name in case["clauses"] and case["role"] in roles and "request" in case:
                wrong = 200 if case["answer"]["status"] != 200 else 500
                title = f"case {case['id']!r}"
                return Witness(title, kept, exchange(case, wrong), f"answered {case['answer']['status']}", f"{wrong}")
        if entry["judged"] == CONTRACT:
            found = message_that_breaks(strict, name, roles)
            if found is not None:
                specimen, event, breach = found
                value = (event, specimen.opening)
                return Witness(specimen.name, kept, value, f"{breach.place}: {breach.expected}", breach.got)
        for fault in _faults(strict):
            if fault["caught_by"].get("clause") == name and fault["id"].partition(".")[0] in roles:
                return Witness(f"fault {fault['id']}", kept, fault["id"], _BY_NAME.format(fault["id"]), fault["breaks"])
        return None


def _bound(entry: Entry | None) -> set[str]:
    """The roles that fail where they break the clause."""
    if entry is None or entry["level"] != BINDS or entry["judged"] == NOWHERE:
        return set()
    return set(entry["roles"])


def _what(old: Entry | None, new: Entry | None) -> str:
    if old is None or new is None:
        entry = new or old or {}
        how = "added" if old is None else "removed"
        return f"{how}: {entry['level']}, {', '.join(entry['roles'])}, judged {entry['judged']}"
    words = []
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            before, after = _text(old.get(key)), _text(new.get(key))
            words.append(key if len(before) + len(after) > 80 else f"{key}: {before} -> {after}")
    return "; ".join(words)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _cases(version: Version) -> Iterator[Mapping[str, Any]]:
    for name, tree in version.trees.items():
        if name.startswith("cases/"):
            yield from tree["cases"]


def _faults(version: Version) -> Iterator[Mapping[str, Any]]:
    for name in sorted(version.files):
        if name.startswith("faults/") and name.endswith(".yaml"):
            yield from yaml_tree.load(version.files[name]) or ()


def _line(text: bytes, name: str, keys: Iterable[str]) -> int:
    """Where the first of an entry's keys stands; without keys, the entry."""
    entries = yaml_tree.load(text) or []
    number = next(number for number, each in enumerate(entries) if each["id"] == name)
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return min((line_of(root, (number, key)) for key in keys), default=line_of(root, (number,)))
