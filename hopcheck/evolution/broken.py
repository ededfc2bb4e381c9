"""A message, or an answer to a case, that breaks a given clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from hopcheck.checks.cases import HEADER
from hopcheck.checks.contracts import Breach
from hopcheck.checks.contracts.http import KIT
from hopcheck.evolution.candidate import beside
from hopcheck.evolution.change import CLAUSES
from hopcheck.evolution.kinds import Messages, kind_of
from hopcheck.evolution.specimen import Lever, Specimen, complaints, event_of
from hopcheck.evolution.spot import Root, reached, spot_of
from hopcheck.evolution.version import Version
from hopcheck.trace import Event

TRIED = 600
"""How many values are tried at each place of a message."""


def exchange(case: Mapping[str, Any], status: int) -> tuple[Event, Event]:
    """The request of a case with an answer of this status, as the kit's tap would have told them."""
    request, role = case["request"], case["role"]
    edge = f"{KIT}>{role}"
    headers = [[name.lower(), str(value)] for name, value in request.get("headers", {}).items()]
    attrs = {"method": request["method"], "path": request["path"], "headers": [*headers, [HEADER, case["id"]]]}
    asked = event_of("http", "request", edge, KIT, role, {**attrs, "query": []})
    answer = event_of("http", "response", edge, role, KIT, {"status": status, "headers": [], "complete": True})
    return asked, replace(answer, seq=2)


def message_that_breaks(version: Version, clause: str, roles: set[str]) -> tuple[Specimen, Event, Breach] | None:
    """The first altered message of a version whose contracts say that one of the roles breaks the clause with it."""
    for file in version.trees:
        if kind_of(file) in (None, "JSON Schema"):
            continue
        messages = Messages(file, version.texts, version.trees)
        for specimen in messages.specimens():
            if complaints(messages.side.kind, specimen.event, specimen.opening):
                continue
            for event in _altered(messages, specimen, clause):
                for breach in complaints(messages.side.kind, event, specimen.opening):
                    if clause in breach.clauses and breach.role in roles:
                        return specimen, event, breach
    return None


def _altered(messages: Messages, specimen: Specimen, clause: str) -> Iterator[Event]:
    documents = messages.side.documents
    if not _names(documents.node, reached(documents, specimen.roots), clause):
        return
    attrs = specimen.event.attrs
    for key, others in (("qos", (0, 2)), ("retain", (True,)), ("status", (299,)), ("clean_session", (True, False))):
        if key in attrs:
            yield from (replace(specimen.event, attrs={**attrs, key: other}) for other in others)
    if "headers" in attrs and specimen.event.protocol == "http":
        for name, _ in attrs["headers"]:
            kept = [pair for pair in attrs["headers"] if pair[0] != name]
            yield replace(specimen.event, attrs={**attrs, "headers": kept})
    for lever in specimen.levers:
        yield from _by(lever, messages)


def _by(lever: Lever, messages: Messages) -> Iterator[Event]:
    spot = spot_of(messages.side.documents, (lever.root,))
    for value in islice(beside(spot, spot, lever.value), TRIED):
        if (event := lever.put(value)) is not None:
            yield event


def _names(node: Any, places: frozenset[Root], clause: str) -> bool:
    """Whether any of the places names the clause."""
    return any(_has(node(*place), clause) for place in places)


def _has(node: Any, clause: str) -> bool:
    if isinstance(node, list):
        return any(_has(each, clause) for each in node)
    if isinstance(node, dict):
        return clause in node.get(CLAUSES, ()) or any(_has(each, clause) for each in node.values())
    return False
