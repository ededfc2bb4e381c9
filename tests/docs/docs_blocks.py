"""The code blocks of a page of documentation, each with what the comments above it say about running it.

A comment is `<!-- VERB: ARGUMENT -->`; `<!-- VERB: ARGUMENT | COMMAND -->` is about those lines that begin so.
Of several that begin so, the longest counts.

not run: REASON     nobody runs it here; the reason is one of `REASONS`
run by: WHERE       CI runs it there: `tox -e NAME`, `.ci/run`, another page or a test
exit: N             its commands end with this status, otherwise with 0
prints: COMMAND     not a command: what that command of this page has printed
write: PATH         not a command: the reader writes this into that file
shows: PATH         not a command: what is in that file by now
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

REASONS = {
    "installs": "changes the machine, or asks the network for software",
    "placeholder": "names what only the reader has",
    "engine": "needs a container engine",
    "minutes": "takes minutes, and what it does is tested piece by piece",
    "removes": "takes away what others on the machine may be using",
    "stays": "does not end by itself",
    "upstream": "needs upstream's programs, which are not part of the project",
    "earlier": "was printed by an earlier version on another machine",
}
VERBS = ("not run", "run by", "exit", "prints", "write", "shows")
_COMMENT = re.compile(r"<!--\s*(.+?)\s*-->", re.S)
_NOTE = re.compile(rf"({'|'.join(VERBS)}): ([^|]+?)(?: \| (.+))?")
_LANGUAGES = {"sh": "shell", "gherkin": "gherkin", "toml": "toml", "yaml": "yaml", "json": "json", "text": "output"}
_GHERKIN = re.compile(r"@|Feature:")


@dataclass(frozen=True, slots=True)
class Note:
    """One comment; ``of`` is how the commands begin that it is about, or empty for the whole block."""

    verb: str
    argument: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One code block: ``line`` is where it begins, ``kind`` shell, output or the language of a file."""

    page: Path
    line: int
    kind: str
    text: str
    notes: tuple[Note, ...]

    def note(self, verb: str) -> str:
        """What the comments say with this verb of the whole block, or nothing."""
        return next((note.argument for note in self.notes if note.verb == verb and not note.of), "")

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says in code: its blocks, and the code in its sentences with the line it is in."""

    path: Path
    blocks: tuple[Block, ...]
    inline: tuple[tuple[int, str], ...]
    links: tuple[tuple[int, str], ...]


def read(path: Path, programs: frozenset[str]) -> Page:
    """The page at ``path``; an indented block whose lines all begin with one of ``programs`` is shell."""
    blocks: list[Block] = []
    inline: list[tuple[int, str]] = []
    links: list[tuple[int, str]] = []
    comments: list[str] = []
    for token in MarkdownIt().enable("table").parse(path.read_text("utf-8")):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "html_block":
            comments += _COMMENT.findall(token.content)
            continue
        if token.type in ("fence", "code_block"):
            notes = tuple(_notes(comments, f"{path.name}:{line}"))
            blocks.append(Block(path, line, _kind(token, programs), token.content, notes))
        elif token.type == "inline":
            for child in token.children or ():
                if child.type == "code_inline":
                    inline.append((line, child.content))
                elif target := child.attrGet("href") or child.attrGet("src"):
                    links.append((line, str(target)))
        comments = []
    return Page(path, tuple(blocks), tuple(inline), tuple(links))


def _notes(comments: list[str], where: str) -> Iterator[Note]:
    for comment in comments:
        found = _NOTE.fullmatch(comment)
        if found is None:
            raise ValueError(f"{where}: {comment!r} says nothing about a code block; verbs are {', '.join(VERBS)}")
        yield Note(found[1], found[2], found[3] or "")


def _kind(token: Token, programs: frozenset[str]) -> str:
    if token.type == "fence":
        return _LANGUAGES.get(token.info.strip(), token.info.strip() or "output")
    lines = token.content.replace("\\\n", " ").splitlines()
    if _GHERKIN.match(lines[0]):
        return "gherkin"
    return "shell" if all(line.split()[0] in programs for line in lines if line.strip()) else "output"
