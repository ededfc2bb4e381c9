"""Calls, returns and signals as introspection XML has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any
from xml.etree import ElementTree

from hopcheck.checks.contracts.dbus import ARGUMENTS, STANDARD
from hopcheck.checks.contracts.dbus_interface import Interface, Member, notes_of
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.rule import Rule
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.pattern import texts
from hopcheck.evolution.specimen import Ends, Lever, Specimen, event_of
from hopcheck.evolution.spot import Root, spot_of
from hopcheck.taps.dbus import EDGE
from hopcheck.taps.dbus_message import WORKER_PREFIX

DAEMON, WORKER, BUS = "rhc", "rhc-worker-playbook", "bus"
_TRIED = 400
_BASIC: dict[str, Any] = {"s": "text", "o": "/text", "g": "s", "b": True, "d": 1.5, "v": "text"}


@dataclass(frozen=True, slots=True)
class Served:
    """An interface in a document, and who serves it for whom."""

    file: str
    element: ElementTree.Element
    server: str
    caller: str


def interfaces(documents: Documents) -> dict[str, Served]:
    """Every interface by its name."""
    found = {}
    for file, text in documents.texts.items():
        if file.startswith("dbus/") and file.endswith(".xml"):
            for element in ElementTree.fromstring(text).iter("interface"):
                found[element.attrib["name"]] = Served(file, element, *_parties(element))
    return found


def members(documents: Documents) -> set[str]:
    """Every message as dbus/arguments.yaml names it."""
    return {specimen.name.removeprefix("dbus.") for specimen in specimens(documents)}


def _parties(element: ElementTree.Element) -> tuple[str, str]:
    """Who serves an interface and who calls it."""
    if element.attrib["name"].startswith(STANDARD):
        return BUS, f"{DAEMON} and {WORKER}"
    name = next(iter(texts(notes_of(element).get("BusName", ""))), "")
    return (WORKER, DAEMON) if name.startswith(WORKER_PREFIX) else (DAEMON, WORKER)


def specimens(documents: Documents) -> Iterator[Specimen]:
    """Every member's messages, with each signature that it may have."""
    for name, served in interfaces(documents).items():
        interface = Interface(served.file, served.element)
        for member in interface.members.values():
            for op in member.ops:
                for signature in member.of(op) if op != "error" else ():
                    yield _specimen(documents, name, served, member, op, signature)


def _specimen(
    documents: Documents, interface: str, served: Served, member: Member, op: str, signature: str
) -> Specimen:
    notes = notes_of(served.element)
    server = [next(iter(texts(notes["BusName"])))] if "BusName" in notes else []
    caller = [next(iter(texts(member.caller.pattern)))] if member.caller is not None else []
    sends = op in ("return", "signal")
    message = f"{interface.rpartition('.')[2]}.{member.name}.{op}"
    root: Root = (ARGUMENTS, ("arguments", message, "schema"))
    attrs: dict[str, Any] = {
        "interface": interface,
        "member": member.name,
        "path": next(iter(texts(notes["Path"]))) if "Path" in notes else "/text",
        "signature": signature,
        "sender_names": server if sends else caller,
        "destination_names": caller if sends else server,
    }
    levers: tuple[Lever, ...] = ()
    arguments = [value_of(each) for each in split(signature)]
    if message in documents.tree(ARGUMENTS)["arguments"]:
        arguments = _fitting(documents, root, arguments)
    source, target = (served.server, served.caller) if sends else (served.caller, served.server)
    event = event_of("dbus", op, EDGE, source, target, attrs | {"args": arguments})
    if message in documents.tree(ARGUMENTS)["arguments"]:
        levers = (Lever(root, arguments, lambda other: _with(event, signature, other)),)
    # The interface's own keywords are part of each of its messages.
    roots: tuple[Root, ...] = ((served.file, (interface,)), (ARGUMENTS, ("arguments", message)))
    return Specimen(f"dbus.{message}", event, None, Ends(source, target, served.server), roots, levers)


def _with(event: Any, signature: str, other: Any) -> Any:
    """The message with other arguments, where they have the signature's types."""
    types = split(signature)
    if not isinstance(other, list) or len(other) != len(types):
        return None
    if not all(_fits(kind, value) for kind, value in zip(types, other, strict=True)):
        return None
    return replace(event, attrs={**event.attrs, "args": other})


def _fitting(documents: Documents, root: Root, arguments: list[Any]) -> list[Any]:
    """Arguments that keep the schema: the first that do of those that its parts suggest."""
    rule, spot = Rule(documents, *root), spot_of(documents, (root,))
    choices = [[own, *samples(spot.item(number))] for number, own in enumerate(arguments)]
    for each in islice(product(*choices), _TRIED * len(arguments)):
        if rule.is_valid(list(each)):
            return list(each)
    return arguments


def split(signature: str) -> list[str]:
    """The complete types of a signature."""
    found, at = [], 0
    while at < len(signature):
        end = _end(signature, at)
        found.append(signature[at:end])
        at = end
    return found


def _end(signature: str, at: int) -> int:
    while signature[at] == "a":
        at += 1
    if signature[at] in "({":
        depth = 0
        for number in range(at, len(signature)):
            depth += (signature[number] in "({") - (signature[number] in ")}")
            if not depth:
                return number + 1
    return at + 1


def value_of(kind: str) -> Any:
    """A value of a complete type, as a tap tells it."""
    if kind == "ay":
        return {"bytes": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    if kind.startswith("a{"):
        return {}
    if kind.startswith("a"):
        return []
    if kind.startswith("("):
        return [value_of(each) for each in split(kind[1:-1])]
    return _BASIC.get(kind, 1)


def _fits(kind: str, value: Any) -> bool:
    own = value_of(kind)
    if kind == "a{ss}" and isinstance(value, dict):
        return all(isinstance(each, str) for each in value.values())
    return kind == "v" or type(own) is type(value)
