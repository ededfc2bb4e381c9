"""What the parsers know of a verb, as data."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

Term = tuple[str, str]
"""An option or argument as it is typed, and what it means."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb, or action of a verb (``contracts lint``); the whole command has no name."""

    name: str
    summary: str
    synopsis: str
    description: str
    arguments: tuple[Term, ...]
    options: tuple[Term, ...]


def verbs(parser: argparse.ArgumentParser, summary: str = "") -> Iterator[Verb]:
    """The command that ``parser`` reads and all verbs below it, in the order of its help."""
    program, _, name = parser.prog.partition(" ")
    own = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    below = [action for action in own if isinstance(action, argparse._SubParsersAction)]
    arguments = [action for action in own if not action.option_strings and action not in below]
    options = [action for action in own if action.option_strings and not isinstance(action, argparse._HelpAction)]
    needed = [_typed(action) for action in options if action.required]
    words = [program, *name.split(), *needed, *(["[OPTION]…"] if len(options) > len(needed) else [])]
    yield Verb(
        name,
        summary,
        " ".join([*words, *(str(each.metavar) for each in below), *map(_counted, arguments)]),
        " ".join((parser.description or summary).split()),
        tuple((_placeholder(each), _told(each)) for each in arguments),
        tuple((_typed(each), _told(each)) for each in options),
    )
    for action in below:
        summaries = {each.dest: str(each.help) for each in action._choices_actions}
        for word, each in action.choices.items():
            yield from verbs(each, summaries[word])


def _told(action: argparse.Action) -> str:
    return " ".join((action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%").split())


def _typed(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {_repeated(action)}"


def _repeated(action: argparse.Action) -> str:
    return f"{_placeholder(action)}…" if action.nargs == "+" else _placeholder(action)


def _placeholder(action: argparse.Action) -> str:
    if action.choices is not None and action.metavar is None:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def _counted(action: argparse.Action) -> str:
    name = _placeholder(action)
    return {"?": f"[{name}]", "*": f"[{name}]…", "+": f"{name}…"}.get(str(action.nargs), name)
