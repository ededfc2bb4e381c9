"""Two versions of the contracts, compared in all that the kit judges by."""

from __future__ import annotations

from hopcheck.checks.contracts.documents import load_yaml
from hopcheck.evolution.clauses import Clauses
from hopcheck.evolution.diagram import Flows
from hopcheck.evolution.difference import KINDS, Comparison
from hopcheck.evolution.documents import YamlDocuments
from hopcheck.evolution.introspection import Introspection
from hopcheck.evolution.kinds import kind_of
from hopcheck.evolution.version import CLAUSES, DIAGRAM, HOPS, Version


def compare(old: Version, new: Version) -> Comparison:
    """Every difference, by kind and then by place. Raises `ContractError` for a version that cannot be used."""
    changed = [name for name in sorted({*old.files, *new.files}) if old.files.get(name) != new.files.get(name)]
    found = list(YamlDocuments(old, new, _arrows(old)).differences()) if any(map(kind_of, changed)) else []
    if any(name.startswith("dbus/") and name.endswith(".xml") for name in changed):
        found += Introspection(old, new).differences()
    if any(name.startswith(CLAUSES) for name in changed):
        found += Clauses(old, new).differences()
    if {DIAGRAM, HOPS} & set(changed):
        found += Flows(old, new).differences()
    found.sort(key=lambda each: KINDS.index(each.kind))
    seen = {each.file for each in found}
    aside = [name for name in changed if name not in seen and not _compared(name)]
    return Comparison(old.name, new.name, tuple(found), tuple(aside))


def _compared(name: str) -> bool:
    return kind_of(name) is not None or name.startswith(CLAUSES) or name == DIAGRAM


def _arrows(version: Version) -> frozenset[str]:
    """The messages that the diagram sends along an edge."""
    arrows = (load_yaml(version.files.get(HOPS, b"{}")) or {}).get("arrows", {})
    return frozenset(name for each in arrows.values() for name in each.get("messages", ()))
