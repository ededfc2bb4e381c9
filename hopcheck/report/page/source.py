"""Where a contract says it: the lines of its file that a finding is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TypeGuard

import yaml

SHOWN_LINES = 30
_FILES = {
    "s3": ("operation", "s3.yaml"),
    "mqtt": ("message", "asyncapi/mqtt.yaml"),
    "kafka": ("message", "asyncapi/kafka.yaml"),
    "process": ("command", "commands.yaml"),
}
"""What a message's name begins with, where that is not the name of an OpenAPI document."""
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")
_IN_SCHEMA = (
    "properties",
    "items",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "schema",
    "content",
    "prefixItems",
)
_OF_MESSAGE = ("payload", "message", "args", "body", "requestBody", "responses", "headers", "parameters")


@dataclass(frozen=True, slots=True)
class Fragment:
    """``line`` is that of the first of ``lines`` in ``file``, which is relative to the contracts."""

    file: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Sources:
    """The files of a directory of contracts, read when they are asked about."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._texts = cache(lambda name: (directory / name).read_text("utf-8"))
        self._roots = cache(lambda name: yaml.compose(self._texts(name), yaml.CSafeLoader))

    def fragment(self, contract: str, place: str, status: str | None = None) -> Fragment | None:
        """The lines that say what must stand at ``place`` ("response.body.id") of what ``contract`` describes.

        ``contract`` is file and name ("openapi/ingress.yaml#upload"). Of a place that cannot be followed to its end,
        the lines of the last step; None where there is no such contract.
        """
        file, mark, name = contract.partition("#")
        if not mark or not (self._directory / file).is_file():
            return None
        if file.endswith(".xml"):
            return self._element(file, name)
        found = _named(self._roots(file), name)
        if found is None:
            return None
        return self._shown(*self._down(file, found, [*_steps(place, status)]))

    def of_message(self, name: str) -> str | None:
        """Which part of which file describes messages of a name; None where the name tells no file."""
        kind, _, rest = name.removeprefix("case.").partition(".")
        if kind == "dbus":
            interface, _, member = rest.partition(".")
            found = sorted((self._directory / "dbus").glob(f"*.{interface}.xml"))
            return f"member {member.partition('.')[0]} of contracts/dbus/{found[0].name}" if found else None
        what, file = _FILES.get(kind, ("operation", f"openapi/{kind}.yaml"))
        if not (self._directory / file).is_file():
            return None
        return f"{what} {rest.partition('.')[0]} of contracts/{file}"

    def _down(self, file: str, node: yaml.Node, steps: list[str]) -> tuple[str, yaml.Node]:
        for step in steps:
            nearer = self._below(file, node, step, 6)
            if nearer is not None:
                file, node = nearer
        return file, node

    def _below(self, file: str, node: yaml.Node, step: str, depth: int) -> tuple[str, yaml.Node] | None:
        """What a step leads to: a member of that name, or one of a schema's or message's own parts that has it."""
        file, node = self._followed(file, node)
        if not isinstance(node, yaml.MappingNode):
            return None
        members = {str(key.value): value for key, value in node.value}
        if step in members:
            return file, members[step]
        if members.get("name") is not None and str(members["name"].value).lower() == step.lower():
            return file, node
        if depth:
            for name in (*_IN_SCHEMA, *_OF_MESSAGE, *(name for name in members if "/" in name)):
                for each in (*_each(members.get(name)), *(_messages(members) if name == "message" else ())):
                    if (found := self._below(file, each, step, depth - 1)) is not None:
                        return found
        return None

    def _followed(self, file: str, node: yaml.Node) -> tuple[str, yaml.Node]:
        """Where references lead; a reference that leads nowhere stays what it is."""
        for _ in range(16):
            reference = _member(node, "$ref")
            if reference is None:
                break
            path, _, fragment = str(reference.value).partition("#")
            target = normpath(join(dirname(file), path)) if path else file
            found = self._roots(target)
            for step in fragment.split("/")[1:]:
                found = _member(found, step.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            file, node = target, found
        return file, node

    def _shown(self, file: str, node: yaml.Node) -> Fragment:
        lines = self._texts(file).splitlines()
        first, last = node.start_mark.line, node.end_mark.line
        # The key stands on the line above a block, whose end is where the next key begins.
        if node.start_mark.column and first and not lines[first][: node.start_mark.column].strip():
            first -= 1
        chosen = lines[first : max(first + 1, last + (0 if node.end_mark.column == 0 or last > first else 1))]
        while len(chosen) > 1 and not chosen[-1].strip():
            chosen.pop()
        return Fragment(file, first + 1, _clipped(chosen))

    def _element(self, file: str, name: str) -> Fragment | None:
        lines = self._texts(file).splitlines()
        for number, line in enumerate(lines):
            if (found := re.match(rf'(\s*)<(\w+) name="{re.escape(name)}"', line)) is not None:
                end = number
                if not line.rstrip().endswith("/>"):
                    closing = f"{found[1]}</{found[2]}>"
                    end = next((n for n in range(number, len(lines)) if lines[n].startswith(closing)), number)
                return Fragment(file, number + 1, _clipped(lines[number : end + 1]))
        return None


def _steps(place: str, status: str | None) -> Iterator[str]:
    for word, bracketed in _STEP.findall(place.partition(":")[0]):
        step = word or bracketed
        if step == "response" and status is not None:
            yield from ("responses", status)
        elif step and not step.isdigit() and step not in ("request", "response", "part", "publish", "record"):
            yield step


def _named(root: yaml.Node | None, name: str) -> yaml.Node | None:
    """The operation of that id, or else the member of that name that is the least deep."""
    level, named = [] if root is None else [root], None
    while level:
        below: list[yaml.Node] = []
        for node in level:
            if isinstance(node, yaml.SequenceNode):
                below += node.value
            if not _is_mapping(node):
                continue
            for key, value in node.value:
                if key.value == "operationId" and value.value == name:
                    return node
                if key.value == name and named is None and _is_mapping(value):
                    named = value
                below.append(value)
        level = below
    return named


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in node.value if key.value == name), None) if _is_mapping(node) else None


def _is_mapping(node: yaml.Node | None) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode)


def _each(node: yaml.Node | None) -> list[yaml.Node]:
    if node is None:
        return []
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def _messages(members: dict[str, yaml.Node]) -> list[yaml.Node]:
    """Those of a channel, whatever they are called."""
    found = members.get("messages")
    return [value for _, value in found.value] if _is_mapping(found) else []


def _clipped(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= SHOWN_LINES:
        return tuple(lines)
    return (*lines[:SHOWN_LINES], f"… {len(lines) - SHOWN_LINES} more lines")
