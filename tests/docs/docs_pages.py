"""The pages of the documentation, and which of them are made by a verb."""

from __future__ import annotations

from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from docs_blocks import Page, read
from docs_shell import PROGRAMS, Line, lines

from hopcheck.home import ROOT

# Nobody writes notes for players in these; that each is current is tested where it is made.
GENERATED = (
    "docs/clauses.md",
    "docs/faults.md",
    "docs/options.md",
    "docs/exit-status.md",
    "docs/roles/*.md",
    "docs/reference/*.md",
)


def pages() -> list[Path]:
    """Every page, README first."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name(path: Path) -> str:
    """As it is called in the repository."""
    return path.relative_to(ROOT).as_posix()


def generated(path: Path) -> bool:
    """Whether a verb makes it."""
    return any(fnmatch(name(path), pattern) for pattern in GENERATED)


@lru_cache
def page(path: Path) -> Page:
    """What it says in code."""
    return read(path, PROGRAMS)


def typed(path: Path) -> list[Line]:
    """The lines of all its shell blocks, in order."""
    return [line for block in page(path).blocks if block.kind == "shell" for line in lines(block)]


def played(path: Path) -> list[list[str]]:
    """The words of each command that a player of the page runs."""
    return [words for line in typed(path) if line.is_run for words in line.commands]
