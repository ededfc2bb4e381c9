"""Differences between introspection XML of two versions: interfaces, their members, and what these carry."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.dbus import ARGUMENTS
from hopcheck.checks.contracts.dbus_interface import notes_of
from hopcheck.checks.contracts.documents import Documents
from hopcheck.evolution.dbus import Served, interfaces
from hopcheck.evolution.difference import DBUS, Difference, Effect, Witness, merged
from hopcheck.evolution.kinds import Messages
from hopcheck.evolution.search import Place, effects
from hopcheck.evolution.spot import Root
from hopcheck.evolution.version import Version

RULE = "by rule: no message of the kit's shows a property"
OTHER_CLAUSES = "breaches of it name other clauses"
NOTHING = "no message was found that is judged otherwise"


@dataclass(frozen=True, slots=True)
class _Anywhere(Place):
    """What XML says has no place in the YAML documents: the messages that it concerns were chosen before."""

    def concerns(self, documents: Documents, roots: tuple[Root, ...]) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Item:
    """A member or property of an interface in either version; without ``name`` what the interface says of itself."""

    interface: str
    name: str
    tag: str
    old: Element | None
    new: Element | None


class Introspection:
    """Old and new version of the files below dbus/. Raises `ContractError` for XML that is none."""

    def __init__(self, old: Version, new: Version) -> None:
        self._old, self._new = old, new
        try:
            self._was, self._is = interfaces(old.documents), interfaces(new.documents)
        except ElementTree.ParseError as error:
            raise ContractError(f"dbus/: {error}") from error

    def differences(self) -> Iterator[Difference]:
        """Every change, interface by interface."""
        for name in dict.fromkeys([*self._was, *self._is]):
            for item in _items(name, self._was.get(name), self._is.get(name)):
                if (found := self._difference(item)) is not None:
                    yield found

    def _difference(self, item: _Item) -> Difference | None:
        served = self._is.get(item.interface) or self._was[item.interface]
        what = _what(item)
        if what is None:
            return None
        version = self._old if item.new is None else self._new
        where = f"{item.interface}.{item.name}" if item.name else item.interface
        line = _line(version.files[served.file], item)
        words = _judged(item.old) == _judged(item.new)
        if words or _judged(item.old, clauses=False) == _judged(item.new, clauses=False):
            note = "" if words else OTHER_CLAUSES
            return Difference(DBUS, served.file, line, where, what, words=words, note=note)
        if item.tag == "property":
            broken = () if item.old is None else (Effect(served.caller, "reads", None),)
            return Difference(DBUS, served.file, line, where, what, broken, note=RULE)
        found = merged(self._effects(item, served))
        return Difference(DBUS, served.file, line, where, what, found, note="" if found else NOTHING)

    def _effects(self, item: _Item, served: Served) -> Iterator[Effect]:
        texts = {**self._old.texts, served.file: _patched(self._old.texts.get(served.file), served, item)}
        before = Messages(served.file, self._old.texts, self._old.trees)
        after = Messages(served.file, texts, {**self._old.trees, ARGUMENTS: self._arguments(item)})
        mine = [[each for each in of.specimens() if _is_of(each.event.attrs, item)] for of in (before, after)]
        if item.old is None:
            # Nobody listens yet to a signal that is new.
            mine[1] = [each for each in mine[1] if each.event.op == "call"]
        yield from effects(_Anywhere(served.file, ()), before.side, after.side, *mine)
        if item.new is None and item.tag == "signal" and mine[0]:
            event = mine[0][0].event
            witness = Witness(mine[0][0].name, "old", (event, None), "message", "one that it does not know")
            yield Effect(served.caller, "awaits", witness)

    def _arguments(self, item: _Item) -> dict[str, Any]:
        """What is said of arguments, with what came and went with the member."""
        old, new = (version.trees[ARGUMENTS] for version in (self._old, self._new))
        prefix = f"{item.interface.rpartition('.')[2]}.{item.name}."
        kept = {
            key: each for key, each in old["arguments"].items() if item.new is not None or not key.startswith(prefix)
        }
        added = {key: each for key, each in new["arguments"].items() if item.old is None and key.startswith(prefix)}
        return {**old, "arguments": {**kept, **added}}


def _items(name: str, was: Served | None, now: Served | None) -> Iterator[_Item]:
    old, new = (None if each is None else each.element for each in (was, now))
    if old is not None and new is not None:
        yield _Item(name, "", "interface", _bare(old), _bare(new))
    kept = ("method", "signal", "property")
    keys = [(each.tag, each.attrib["name"]) for of in (old, new) if of is not None for each in of if each.tag in kept]
    for tag, member in dict.fromkeys(keys):
        yield _Item(name, member, tag, _named(old, tag, member), _named(new, tag, member))


def _bare(element: Element) -> Element:
    """An interface without its members."""
    bare = Element(element.tag, element.attrib)
    bare.extend(element.findall("annotation"))
    return bare


def _named(element: Element | None, tag: str, name: str) -> Element | None:
    found = () if element is None else element.findall(tag)
    return next((each for each in found if each.attrib["name"] == name), None)


def _judged(element: Element | None, *, clauses: bool = True) -> object:
    """What of an element messages are judged by: not the names of its arguments."""
    if element is None:
        return None
    notes = {key: value for key, value in notes_of(element).items() if clauses or key != "Clauses"}
    arguments = [
        (each.attrib["type"], each.attrib.get("direction", "in"), notes_of(each)) for each in element.findall("arg")
    ]
    return element.tag, element.attrib.get("type"), element.attrib.get("access"), notes, arguments


def _what(item: _Item) -> str | None:
    """The change in a few words; None where there is none."""
    told = item.name or "interface"
    if item.old is None or item.new is None:
        return f"{item.tag} {told} {'added' if item.old is None else 'removed'}"
    if ElementTree.canonicalize(ElementTree.tostring(item.old), strip_text=True) == ElementTree.canonicalize(
        ElementTree.tostring(item.new), strip_text=True
    ):
        return None
    old, new = notes_of(item.old), notes_of(item.new)
    words = [f"{key}: {old.get(key)} -> {new.get(key)}" for key in {**old, **new} if old.get(key) != new.get(key)]
    before, after = _arguments(item.old), _arguments(item.new)
    if before != after:
        words.append(f"{before} -> {after}")
    return f"{item.tag} {told}: {'; '.join(words) or 'attributes'}"


def _arguments(element: Element) -> str:
    told = (
        f"{each.attrib.get('direction', '')} {each.attrib['type']} {each.attrib.get('name', '')}".strip()
        for each in element.findall("arg")
    )
    return f"({', '.join(told)})" if element.tag != "property" else element.attrib.get("type", "")


def _patched(text: bytes | None, served: Served, item: _Item) -> bytes:
    """The old file with this change and no other."""
    root = Element("node") if text is None else ElementTree.fromstring(text)
    interface = next((each for each in root.iter("interface") if each.attrib["name"] == item.interface), None)
    if interface is None:
        interface = ElementTree.SubElement(root, "interface", _bare(served.element).attrib)
        interface.extend(copy.deepcopy(served.element.findall("annotation")))
    if not item.name:
        for each in interface.findall("annotation"):
            interface.remove(each)
        interface.extend(copy.deepcopy(list(item.new if item.new is not None else ())))
    else:
        if (old := _named(interface, item.tag, item.name)) is not None:
            interface.remove(old)
        if item.new is not None:
            interface.append(copy.deepcopy(item.new))
    return ElementTree.tostring(root)


def _is_of(attrs: dict[str, object], item: _Item) -> bool:
    return attrs["interface"] == item.interface and (not item.name or attrs["member"] == item.name)


def _line(text: bytes, item: _Item) -> int:
    """Where the item begins."""
    parser, found, inside = expat.ParserCreate(), [1], [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "interface":
            inside[0] = attributes.get("name", "")
        here = inside[0] == item.interface and tag == (item.tag if item.name else "interface")
        if here and attributes.get("name") == (item.name or item.interface) and found == [1]:
            found[0] = parser.CurrentLineNumber

    parser.StartElementHandler = start
    parser.Parse(text, True)
    return found[0]
