"""Messages against introspection XML and dbus/arguments.yaml: signatures, addresses, arguments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from xml.etree import ElementTree

from hopcheck.checks.contracts.documents import Documents
from hopcheck.faults.derived.alteration import PLACE, Alteration, Place, altered, with_attrs
from hopcheck.faults.derived.proposals import LIMIT, RETYPE, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

ARGUMENTS = "dbus/arguments.yaml"
STANDARD = "org.freedesktop.DBus"
SIGNATURE, ADDRESS = "signature", "object path or bus name"
OF_SIGNATURE = frozenset({RETYPE, LIMIT})
"""Types and number of arguments are the signature's, which is altered by itself. (No argument has another limit.)"""
NOBODY = "com.example.Nobody"


class Dbus:
    """The members that the XML lists."""

    def __init__(self, documents: Documents, schemas: Schemas, proposer: Proposer) -> None:
        self._schemas, self._proposer = schemas, proposer
        self._interfaces: dict[str, ElementTree.Element] = {}
        for name, data in documents.texts.items():
            if name.startswith("dbus/") and name.endswith(".xml"):
                for element in ElementTree.fromstring(data).iter("interface"):
                    self._interfaces[element.attrib["name"]] = element
        self._arguments: dict[str, Any] = documents.tree(ARGUMENTS)["arguments"]

    def messages(self) -> list[str]:
        """Calls, returns, errors and signals of the participants' own interfaces."""
        return [
            f"dbus.{name.rpartition('.')[2]}.{member.attrib['name']}.{op}"
            for name, interface in self._interfaces.items()
            if not name.startswith(STANDARD)
            for member in interface
            if member.tag in ("method", "signal")
            for op in (("call", "return", "error") if member.tag == "method" else ("signal",))
        ]

    def derive(self, event: Event, _: Event | None, message: str) -> Iterator[Alteration]:
        """The alterations of a message."""
        attrs, role, op = event.attrs, event.source, event.op
        interface = self._interfaces.get(attrs.get("interface") or "")
        member = None if interface is None else _named(interface, attrs.get("member"))
        if interface is None or member is None:
            return
        if op == "error":
            yield altered(PLACE, "error.name", role, lambda: with_attrs(event, error_name="no legal name"))
            return
        allowed, signature = _signatures(member, op), attrs.get("signature") or ""
        for way, other in (("longer", signature + "s"), ("shorter", signature[1:]), ("another", "u" + signature[1:])):
            if other not in allowed and other != signature:
                yield altered(SIGNATURE, f"{op}.signature", role, partial(with_attrs, event, signature=other), way)
        if op != "return":
            yield from self._addressed(event, interface, member)
        schema = self._arguments.get(message.removeprefix("dbus."))
        if schema is not None:
            place = Place(
                f"{op}.args",
                At(ARGUMENTS, schema["schema"]),
                attrs.get("args") or [],
                role,
                lambda value: with_attrs(event, args=value),
                impossible=OF_SIGNATURE,
            )
            yield from place.alterations(self._schemas, self._proposer)

    def _addressed(
        self, event: Event, interface: ElementTree.Element, member: ElementTree.Element
    ) -> Iterator[Alteration]:
        attrs, role, op = event.attrs, event.source, event.op
        notes, own = _notes(interface), _notes(member)
        if "Path" in notes:
            yield altered(ADDRESS, f"{op}.path", role, lambda: with_attrs(event, path="/com/example/nobody"))
        server = "sender_names" if op == "signal" else "destination_names"
        if "BusName" in notes and attrs.get(server):
            yield altered(ADDRESS, f"{op}.name", role, lambda: with_attrs(event, **{server: [NOBODY]}))
        if op == "call" and "CallerName" in own and attrs.get("sender_names"):
            yield altered(ADDRESS, "call.sender", role, lambda: with_attrs(event, sender_names=[NOBODY]))
        if not interface.attrib["name"].startswith(STANDARD):
            name = f"{attrs['member']}Other"
            yield altered(PLACE, f"{op}.member", role, lambda: with_attrs(event, member=name))
            other = f"{attrs['interface']}Other"
            yield altered(PLACE, f"{op}.interface", role, lambda: with_attrs(event, interface=other))


def _named(interface: ElementTree.Element, name: str | None) -> ElementTree.Element | None:
    return next((each for each in interface if each.tag in ("method", "signal") and each.attrib["name"] == name), None)


def _notes(element: ElementTree.Element) -> dict[str, str]:
    return {
        each.attrib["name"].removeprefix("org.hopcheck."): each.attrib["value"]
        for each in element.findall("annotation")
    }


def _signatures(member: ElementTree.Element, op: str) -> list[str]:
    """What the XML allows; an argument marked optional may be missing at the end."""
    wanted = {"call": "in", "return": "out"}.get(op)
    arguments = [each for each in member.findall("arg") if wanted in (None, each.attrib.get("direction", "in"))]
    found = ["".join(each.attrib["type"] for each in arguments)]
    while arguments and _notes(arguments[-1]).get("Optional") == "true":
        arguments.pop()
        found.append("".join(each.attrib["type"] for each in arguments))
    return found
