"""Whether CI runs a command where a page says that it does."""

from __future__ import annotations

import ast
import configparser
import shlex
from collections.abc import Callable
from pathlib import Path

from hopcheck.home import ROOT

# Given a page, the words of the commands that a player of it runs.
Played = Callable[[Path], list[list[str]]]


def ran(words: list[str], where: str, played: Played) -> bool:
    """Whether ``where`` has the command: the same verb, and at least its arguments.

    ``words`` are its own, the program first; ``played`` tells what another page runs.
    """
    if where.startswith("tox -e "):
        return any(_within(words, each) for each in _tox(where.removeprefix("tox -e ")))
    path = ROOT / where
    if path.suffix == ".md":
        return any(_within(words, each) for each in played(path))
    if path.suffix == ".py":
        return set(words[1:]) <= _texts(path)
    return any(f"{line} ".startswith(f"{' '.join(words)} ") for line in path.read_text("utf-8").splitlines())


def table() -> str:
    """Each environment and what tox.ini says of it, as a table for a page."""
    ini, rows = _ini(), ["| environment | by default | |", "|---|---|---|"]
    for name in environments():
        section = ini[f"testenv:{name}" if ini.has_section(f"testenv:{name}") else "testenv"]
        rows.append(f"| `{name}` | {'yes' if name in _by_default() else 'no'} | {section['description']} |")
    return "\n".join(rows)


def environments() -> list[str]:
    """The environments of tox.ini, those that run by default first."""
    own = [name.removeprefix("testenv:") for name in _ini().sections() if name.startswith("testenv:")]
    return list(dict.fromkeys([*_by_default(), *own]))


def _within(words: list[str], other: list[str]) -> bool:
    return words[1:2] == other[1:2] and set(words[1:]) <= set(other)


def _tox(name: str) -> list[list[str]]:
    if name not in _by_default():
        return []
    return [shlex.split(line) for line in _ini()[f"testenv:{name}"]["commands"].splitlines() if line]


def _by_default() -> list[str]:
    return _ini()["tox"]["env_list"].split(", ")


def _ini() -> configparser.ConfigParser:
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(ROOT / "tox.ini", "utf-8")
    return ini


def _texts(path: Path) -> set[str]:
    """The words of a test's string constants."""
    constants = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant))
    return {word for text in constants if isinstance(text, str) for word in text.split()}
