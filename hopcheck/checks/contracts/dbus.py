"""D-Bus messages against introspection XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hopcheck.checks.contracts.breach import Breach, Check, ContractError, Exercise, Found, only_named
from hopcheck.checks.contracts.dbus_interface import Interface, Member
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event

STANDARD = "org.freedesktop.DBus"
ARGUMENTS = "dbus/arguments.yaml"
_ERROR_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+")


class Dbus:
    """The interfaces of dbus/*.xml, and dbus/arguments.yaml for what XML cannot say. Raises `ContractError`.

    The bus's own interfaces (org.freedesktop.DBus and below) are named always and checked where XML lists the member;
    those of the machine's own services are named and not checked.
    """

    def __init__(self, documents: Documents) -> None:
        self._interfaces: dict[str, Interface] = {}
        for name, text in documents.texts.items():
            if name.startswith("dbus/") and name.endswith(".xml"):
                try:
                    root = ElementTree.fromstring(text)
                except ElementTree.ParseError as error:
                    raise ContractError(f"{name}: {error}") from error
                for element in root.iter("interface"):
                    interface = Interface(name, element)
                    self._interfaces[interface.name] = interface
        self._machine = tuple(f"{prefix}." for prefix in documents.tree(ARGUMENTS)["machine"])
        self._arguments = {
            message: Rule(documents, ARGUMENTS, ("arguments", message, "schema"), node.get("x-clauses", ()))
            for message, node in documents.tree(ARGUMENTS)["arguments"].items()
        }
        self._known: dict[tuple[str, str, str], Found] = {}
        for interface in self._interfaces.values():
            for member in interface.members.values():
                for op in member.ops:
                    message = f"{interface.short}.{member.name}.{op}"
                    self._known[interface.name, member.name, op] = Found(
                        f"dbus.{message}",
                        self._check(interface, member, message),
                        self._exercise(interface, member, message),
                    )
        messages = {found.name.removeprefix("dbus.") for found in self._known.values()}
        if unknown := set(self._arguments) - messages:
            raise ContractError(f"{ARGUMENTS}: #/arguments: no such message: {', '.join(sorted(unknown))}")

    @property
    def messages(self) -> list[str]:
        """The messages of the participants' own interfaces; the bus's are those of any client."""
        return [found.name for (interface, _, _), found in self._known.items() if not interface.startswith(STANDARD)]

    def find(self, event: Event, _: Event | None) -> Found | None:
        """A message by interface, member and kind; None for a member that no contract lists."""
        interface, member = event.attrs.get("interface"), event.attrs.get("member")
        if not interface or not member:
            return None
        found = self._known.get((interface, member, event.op))
        if found is None and (interface == STANDARD or interface.startswith(STANDARD + ".")):
            return only_named(f"dbus.{interface.rpartition('.')[2]}.{member}.{event.op}")
        if found is None and interface.startswith(self._machine):
            return only_named(f"dbus.machine.{interface}.{member}.{event.op}")
        return found

    def _check(self, interface: Interface, member: Member, message: str) -> Check:
        rule = self._arguments.get(message)
        contract = f"{interface.file}#{member.name}"

        def check(event: Event, _: Event | None) -> list[Breach]:
            attrs = event.attrs
            if event.op == "error":
                name = attrs.get("error_name") or ""
                return (
                    []
                    if _ERROR_NAME.fullmatch(name)
                    else [
                        Breach(contract, "error.name", "a legal error name", shown(name), member.clauses, event.source)
                    ]
                )
            signatures = member.of(event.op)
            signature = attrs.get("signature") or ""
            if signature not in signatures:
                return [
                    Breach(
                        contract,
                        f"{event.op}.signature",
                        " or ".join(map(repr, signatures)),
                        repr(signature),
                        member.clauses,
                        event.source,
                    )
                ]
            found = [] if event.op == "return" else interface.addressing(event, member, contract)
            if rule is not None:
                found += rule.breaches(attrs.get("args") or [], contract, f"{event.op}.args", event.source)
            return found

        return check

    def _exercise(self, interface: Interface, member: Member, message: str) -> Exercise:
        rule = self._arguments.get(message)

        def exercise(event: Event, _: Event | None, found: set[str]) -> None:
            found.update(member.clauses)
            if event.op == "error" or (event.attrs.get("signature") or "") not in member.of(event.op):
                return
            if event.op != "return" and interface.addresses(event):
                found.update(interface.clauses)
            if rule is not None:
                rule.exercise(event.attrs.get("args") or [], found)

        return exercise
