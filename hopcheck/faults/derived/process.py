"""Starts and ends of programs against commands.yaml: program, arguments, environment, files, exit status, input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import yaml

from hopcheck.checks.contracts.documents import Documents, load_yaml
from hopcheck.faults.derived.alteration import BODY, PLACE, STATUS, Alteration, Place, altered, text, with_attrs
from hopcheck.faults.derived.proposals import OTHER, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

FILE = "commands.yaml"
ARGUMENT = "argument"
SIGNALS = (1, 6, 11)


class Process:
    """The commands of the process hops."""

    def __init__(self, documents: Documents, schemas: Schemas, proposer: Proposer) -> None:
        self._schemas, self._proposer = schemas, proposer
        tree = documents.tree(FILE)
        self._commands: dict[str, dict[str, Any]] = tree["commands"]
        self._ambient = frozenset(tree["ambient"])

    def messages(self) -> list[str]:
        """Start and end of each command."""
        return [f"process.{name}.{op}" for name in self._commands for op in ("spawn", "exit")]

    def derive(self, event: Event, _: Event | None, message: str) -> Iterator[Alteration]:
        """The alterations of a start or an end."""
        command = self._commands.get(message.split(".")[1])
        if command is None:
            return
        yield from self._spawn(event, command) if event.op == "spawn" else self._exit(event, command)

    def _spawn(self, event: Event, command: dict[str, Any]) -> Iterator[Alteration]:
        attrs, role = event.attrs, event.source
        argv: list[str] = attrs["argv"]
        # A program that is nobody's is no message of any contract.
        other = f"/usr/bin/{OTHER}"
        yield altered(
            PLACE, "spawn.program", role, lambda: with_attrs(event, program=other, path=other, argv=[other, *argv[1:]])
        )
        for number in range(1, len(argv)):
            kept = [*argv[:number], f"{OTHER}={argv[number]}", *argv[number + 1 :]]
            dropped = [*argv[:number], *argv[number + 1 :]]
            for way, changed in (("another", kept), ("dropped", dropped)):
                yield altered(
                    ARGUMENT, f"spawn.argv[{number}]", role, partial(self._called, event, command, changed), way
                )
        for way, changed in (("one more", [*argv, f"--{OTHER}"]), ("the last again", [*argv, *argv[-1:]])):
            if len(argv) > 1 or way == "one more":
                yield altered(ARGUMENT, "spawn.argv", role, partial(self._called, event, command, changed), way)
        yield from self._environment(event, command)
        groups = _match(command, argv) or {}
        for group, node in command.get("files", {}).items():
            yield from self._file(event, groups[group], At(FILE, node["schema"]), f"spawn.files[{group}]")

    def _called(self, event: Event, command: dict[str, Any], argv: list[str]) -> Event | None:
        match = _match(command, argv)
        files = event.attrs.get("files") or {}
        fits = match is not None and all(match[group] in files for group in command.get("files", {}))
        return None if fits else with_attrs(event, argv=argv)

    def _environment(self, event: Event, command: dict[str, Any]) -> Iterator[Alteration]:
        attrs = event.attrs
        shown, hidden = dict(attrs.get("env") or {}), list(attrs.get("env_other") or ())
        now = {
            name: value for name, value in {**shown, **dict.fromkeys(hidden, "")}.items() if name not in self._ambient
        }

        def put(value: dict[str, Any]) -> Event:
            kept = {name: text(each) for name, each in value.items() if name not in hidden}
            return with_attrs(event, env=kept, env_other=[name for name in hidden if name in value])

        def read(value: Any) -> Any:
            return {name: text(each) for name, each in value.items()} if isinstance(value, dict) else now

        place = Place("spawn.env", At(FILE, command["env"]), now, event.source, put, read)
        yield from place.alterations(self._schemas, self._proposer)

    def _file(self, event: Event, path: str, schema: At, spot: str) -> Iterator[Alteration]:
        files, role = event.attrs["files"], event.source

        def put(content: str) -> Event:
            return with_attrs(event, files={**files, path: {**files[path], "text": content, "size": len(content)}})

        rest = {name: each for name, each in files.items() if name != path}
        yield altered(BODY, spot, role, lambda: with_attrs(event, files=rest), "none")
        yield altered(BODY, spot, role, lambda: put(files[path]["text"] + "\n]"), "no YAML")
        place = Place(
            spot,
            schema,
            load_yaml(files[path]["text"]),
            role,
            lambda value: put(yaml.safe_dump(value)),
            lambda value: load_yaml(yaml.safe_dump(value)),
        )
        yield from place.alterations(self._schemas, self._proposer)

    def _exit(self, event: Event, command: dict[str, Any]) -> Iterator[Alteration]:
        role, attrs = event.source, event.attrs
        if attrs.get("status") is not None:
            at = At(FILE, command["status"])
            wrong = next(each for each in range(1, 256) if not self._schemas.holds(at, each))
            yield altered(STATUS, "exit.status", role, lambda: with_attrs(event, status=wrong))
        for signal in SIGNALS:
            if signal not in command["signals"]:
                yield altered(
                    STATUS,
                    "exit.signal",
                    role,
                    partial(with_attrs, event, status=None, signal=signal),
                    str(signal),
                )
        if command.get("stdin") == "required":
            yield altered(BODY, "exit.stdin", event.target, lambda: with_attrs(event, stdin=None), "none")


def _match(command: dict[str, Any], argv: list[str]) -> dict[str, str] | None:
    """The named groups of the form that an argument list has; None where it has none."""
    for form in command["forms"]:
        patterns = form.get("arguments", [])
        if not re.fullmatch(form["program"], argv[0]) or len(argv) <= len(patterns):
            continue
        matches = [re.fullmatch(pattern, each) for pattern, each in zip(patterns, argv[1:], strict=False)]
        if all(matches) and _options(form.get("options", []), argv[1 + len(patterns) :]):
            return {name: each for match in matches if match for name, each in match.groupdict().items()}
    return None


def _options(options: list[list[str]], rest: list[str]) -> bool:
    """Whether the rest of an argument list can be split into options."""
    return not rest or any(
        len(rest) >= len(option)
        and all(re.fullmatch(pattern, each) for pattern, each in zip(option, rest, strict=False))
        and _options(options, rest[len(option) :])
        for option in options
    )
