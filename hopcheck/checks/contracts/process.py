"""Process events against commands.yaml: program, arguments, environment, files, exit status."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import yaml

from hopcheck.checks.contracts.breach import Breach, ContractError, Found
from hopcheck.checks.contracts.documents import Documents, seen_yaml
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event

FILE = "commands.yaml"


class Form:
    """One way to call a command: patterns for program and each argument; ``options`` may come in any number."""

    def __init__(self, where: str, node: dict[str, Any]) -> None:
        try:
            self._program = re.compile(node["program"])
            self._arguments = [re.compile(text) for text in node.get("arguments", ())]
            self._options = [[re.compile(text) for text in option] for option in node.get("options", ())]
        except (re.error, KeyError, TypeError) as error:
            raise ContractError(f"{where}: {error}") from error
        self.text = " ".join([node["program"], *node.get("arguments", ())])

    def is_program(self, event: Event) -> bool:
        """Whether this form's program was called: a module is called through the interpreter, argv's first word."""
        names = (event.attrs["program"], *event.attrs["argv"][:1])
        return any(self._program.fullmatch(name) for name in names)

    def match(self, event: Event) -> dict[str, str] | None:
        """The named groups of the arguments, or None where they do not match."""
        arguments: list[str] = event.attrs["argv"][1:]
        count = len(self._arguments)
        if not self.is_program(event) or len(arguments) < count:
            return None
        groups: dict[str, str] = {}
        for pattern, argument in zip(self._arguments, arguments, strict=False):
            match = pattern.fullmatch(argument)
            if match is None:
                return None
            groups |= match.groupdict()
        rest = arguments[count:]
        while rest:
            option = next(
                (
                    o
                    for o in self._options
                    if len(o) <= len(rest) and all(p.fullmatch(a) for p, a in zip(o, rest, strict=False))
                ),
                None,
            )
            if option is None:
                return None
            rest = rest[len(option) :]
        return groups


class Command:
    """One entry of commands.yaml."""

    def __init__(self, documents: Documents, name: str) -> None:
        node: dict[str, Any] = documents.node(FILE, ("commands", name))
        where = f"{FILE}: #/commands/{name}"
        self.name, self.edges = name, node["x-edges"]
        self._contract = f"{FILE}#{name}"
        self._clauses: tuple[str, ...] = tuple(node.get("x-clauses", ()))
        self.forms = [Form(f"{where}/forms/{number}", form) for number, form in enumerate(node["forms"])]
        self._env = Rule(documents, FILE, ("commands", name, "env"), self._clauses)
        self._ambient = frozenset(documents.tree(FILE).get("ambient", ()))
        self._status = Rule(documents, FILE, ("commands", name, "status"), self._clauses)
        self._signals: list[int] = node["signals"]
        self._stdin: bool = node.get("stdin") == "required"
        self._files = {
            group: Rule(documents, FILE, ("commands", name, "files", group, "schema"), self._clauses)
            for group in node.get("files", {})
        }

    def spawn(self, event: Event, _: Event | None) -> list[Breach]:
        """The breaches of a start."""
        contract, caller = self._contract, event.source
        groups = self._match(event)
        found = self._env.breaches(self._env_of(event), contract, "spawn.env", caller)
        if groups is None:
            expected = " or ".join(form.text for form in self.forms)
            return [*found, Breach(contract, "spawn.argv", expected, shown(event.attrs["argv"]), self._clauses, caller)]
        for group, rule in self._files.items():
            found += self._file(event, group, groups[group], rule)
        return found

    def _file(self, event: Event, group: str, path: str, rule: Rule) -> list[Breach]:
        spot = f"spawn.files[{group}]"
        text = _text(event, path)
        if text is None:
            return [Breach(self._contract, spot, "a text file", f"{path}: missing", rule.clauses, event.source)]
        try:
            content = seen_yaml(text)
        except yaml.YAMLError as error:
            return [Breach(self._contract, spot, "yaml", str(error).replace("\n", " "), rule.clauses, event.source)]
        return rule.breaches(content, self._contract, spot, event.source)

    def exercise_by_spawn(self, event: Event, _: Event | None, found: set[str]) -> None:
        """Add the clauses that a start puts to the test."""
        found.update(self._clauses)
        self._env.exercise(self._env_of(event), found)
        groups = self._match(event)
        if groups is None:
            return
        for group, rule in self._files.items():
            text = _text(event, groups[group])
            if text is None or rule.reach <= found:
                continue
            with suppress(yaml.YAMLError):
                rule.exercise(seen_yaml(text), found)

    def _match(self, event: Event) -> dict[str, str] | None:
        return next((hit for form in self.forms if (hit := form.match(event)) is not None), None)

    def _env_of(self, event: Event) -> dict[str, str]:
        env = dict(event.attrs.get("env") or {}) | dict.fromkeys(event.attrs.get("env_other") or (), "")
        return {name: value for name, value in env.items() if name not in self._ambient}

    def exit(self, event: Event, _: Event | None) -> list[Breach]:
        """The breaches of an end. To be ended by somebody else (no status, a signal to end) is no answer, no breach."""
        contract, attrs, callee = self._contract, event.attrs, event.source
        found: list[Breach] = []
        if attrs.get("status") is not None:
            found += self._status.breaches(attrs["status"], contract, "exit.status", callee)
        elif attrs.get("signal") not in (None, *self._signals):
            found.append(
                Breach(contract, "exit.signal", "an exit status", f"signal {attrs['signal']}", self._clauses, callee)
            )
        if self._stdin and not (attrs.get("stdin") or {}).get("size"):
            found.append(Breach(contract, "exit.stdin", "input", "none", self._clauses, event.target))
        return found

    def exercise_by_exit(self, event: Event, _: Event | None, found: set[str]) -> None:
        """Add the clauses that an end puts to the test; to be ended by somebody else puts none."""
        if event.attrs.get("status") is not None:
            self._status.exercise(event.attrs["status"], found)
        elif event.attrs.get("signal") not in (None, *self._signals):
            found.update(self._clauses)
        if self._stdin:
            found.update(self._clauses)


class Process:
    """The commands of commands.yaml. Raises `ContractError`."""

    def __init__(self, documents: Documents) -> None:
        try:
            self._commands = [Command(documents, name) for name in documents.tree(FILE)["commands"]]
        except (KeyError, TypeError) as error:
            raise ContractError(f"{FILE}: incomplete: {error}") from error

    @property
    def messages(self) -> list[str]:
        """Start and end of each command."""
        return [f"process.{command.name}.{op}" for command in self._commands for op in ("spawn", "exit")]

    def find(self, event: Event, opening: Event | None) -> Found | None:
        """A start by edge, program and arguments, else by edge and program; an end as its start."""
        start = opening if event.op == "exit" and opening is not None else event
        here = [c for c in self._commands if event.edge in c.edges and any(f.is_program(start) for f in c.forms)]
        command = next((c for c in here if any(f.match(start) is not None for f in c.forms)), next(iter(here), None))
        if command is None or event.op not in ("spawn", "exit"):
            return None
        name = f"process.{command.name}.{event.op}"
        if event.op == "spawn":
            return Found(name, command.spawn, command.exercise_by_spawn)
        return Found(name, command.exit, command.exercise_by_exit)


def _text(event: Event, path: str) -> str | None:
    text: str | None = ((event.attrs.get("files") or {}).get(path) or {}).get("text")
    return text
