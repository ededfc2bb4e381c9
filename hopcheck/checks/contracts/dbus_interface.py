"""One interface of introspection XML, with the annotations that say who serves it and where."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.rule import shown
from hopcheck.trace import Event

PREFIX = "org.hopcheck."


class Member:
    """A method or signal: the signatures it may be sent with (more than one where last arguments are optional)."""

    __slots__ = ("caller", "clauses", "name", "ops", "results", "signatures")

    def __init__(self, file: str, element: Element, clauses: tuple[str, ...]) -> None:
        self.name = element.attrib["name"]
        notes = notes_of(element)
        self.clauses = tuple(notes.get("Clauses", "").split()) or clauses
        self.caller = _compiled(file, notes.get("CallerName"))
        self.ops = ("signal",) if element.tag == "signal" else ("call", "return", "error")
        self.signatures = _signatures(element, "in" if element.tag == "method" else None)
        self.results = _signatures(element, "out") if element.tag == "method" else []

    def of(self, op: str) -> list[str]:
        """The signatures that a message of this kind may have."""
        return self.results if op == "return" else self.signatures


class Interface:
    """``org.hopcheck.Path`` and ``org.hopcheck.BusName`` are patterns of where it is served; none: anywhere."""

    def __init__(self, file: str, element: Element) -> None:
        notes = notes_of(element)
        self.file = file
        self.name = element.attrib["name"]
        self.short = self.name.rpartition(".")[2]
        self.clauses = tuple(notes.get("Clauses", "").split())
        self._path = _compiled(file, notes.get("Path"))
        self._bus_name = _compiled(file, notes.get("BusName"))
        self.members = {
            m.attrib["name"]: Member(file, m, self.clauses) for m in element if m.tag in ("method", "signal")
        }

    def addressing(self, event: Event, member: Member, contract: str) -> list[Breach]:
        """The breaches of path and well-known names of a call or signal.

        A bus monitor sees names some time later: where it knows none, they are not judged.
        """
        attrs, found = event.attrs, []
        path = attrs.get("path") or ""
        if self._path is not None and not self._path.fullmatch(path):
            found.append(
                Breach(contract, f"{event.op}.path", self._path.pattern, shown(path), self.clauses, event.source)
            )
        server = _server(event)
        if self._bus_name is not None and server and not any(map(self._bus_name.fullmatch, server)):
            found.append(
                Breach(contract, f"{event.op}.name", self._bus_name.pattern, shown(server), self.clauses, event.source)
            )
        caller = attrs.get("sender_names") or []
        pattern = member.caller if event.op == "call" else None
        if pattern is not None and caller and not any(map(pattern.fullmatch, caller)):
            found.append(Breach(contract, "call.sender", pattern.pattern, shown(caller), member.clauses, event.source))
        return found

    def addresses(self, event: Event) -> bool:
        """Whether the interface says anything of where this call or signal goes to or comes from."""
        return self._path is not None or (self._bus_name is not None and bool(_server(event)))


def notes_of(element: Element) -> dict[str, str]:
    """The ``org.hopcheck.*`` annotations of an element."""
    return {
        note.attrib["name"].removeprefix(PREFIX): note.attrib["value"]
        for note in element.findall("annotation")
        if note.attrib["name"].startswith(PREFIX)
    }


def _server(event: Event) -> list[str]:
    return event.attrs.get("sender_names" if event.op == "signal" else "destination_names") or []


def _signatures(element: Element, direction: str | None) -> list[str]:
    arguments = [
        argument
        for argument in element.findall("arg")
        if direction is None or argument.attrib.get("direction", "in") == direction
    ]
    types = [argument.attrib["type"] for argument in arguments]
    out = ["".join(types)]
    while arguments and notes_of(arguments[-1]).get("Optional") == "true":
        arguments.pop()
        types.pop()
        out.append("".join(types))
    return out


def _compiled(file: str, text: str | None) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text)
    except re.error as error:
        raise ContractError(f"{file}: {text}: {error}") from error
