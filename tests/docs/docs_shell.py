"""Commands of a shell block, one by one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docs_blocks import Block, Note

KIT = frozenset({"./kit", "hopcheck"})
# What else the documentation may call.
OTHERS = frozenset(
    {"alias", "apt-get", "cat", "cd", "cp", "diff", "docker", "eval", "git", "man", "mkdir", "npm", "openssl", "pip"}
    | {"hopcheck-env/bin/pip", "python3", "rm", "sed", "tox"}
)
PROGRAMS = KIT | OTHERS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a shell block without its trailing comment: what a reader types before Return."""

    text: str
    notes: tuple[Note, ...]

    @property
    def commands(self) -> list[list[str]]:
        """The words of each simple command in it, without redirections."""
        return list(simple(self.text))

    def note(self, verb: str) -> str:
        """What is said of this line with this verb, or nothing."""
        return next((note.argument for note in self.notes if note.verb == verb), "")

    @property
    def is_run(self) -> bool:
        """Whether a player of the page runs it."""
        return not self.note("not run") and not self.note("run by")


def lines(block: Block) -> list[Line]:
    """The lines of a shell block. Raises ValueError for a comment above it that is about none of them."""
    texts = [line.strip() for line in block.text.replace("\\\n", " ").splitlines() if line.strip()]
    bare = [text for text in map(_without_comment, texts) if text]
    for note in block.notes:
        if note.of and not any(text.startswith(note.of) for text in bare):
            raise ValueError(f"{block}: no command begins with {note.of!r}")
    return [Line(text, tuple(_nearest(block.notes, text))) for text in bare]


def _nearest(notes: Iterable[Note], text: str) -> list[Note]:
    """Those that say the most of how the line begins."""
    about = [note for note in notes if text.startswith(note.of)]
    return [note for note in about if len(note.of) == max(len(each.of) for each in about)]


def simple(text: str) -> Iterator[list[str]]:
    """The words of each simple command of a line. Raises ValueError where a quote is not closed."""
    words: list[str] = []
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    tokens = iter(lexer)
    for token in tokens:
        if set(token) <= set("&|;"):
            yield words
            words = []
        elif set(token) <= set("<>&"):
            next(tokens, None)
        else:
            words.append(token)
    if words:
        yield words


def _without_comment(text: str) -> str:
    """The line before a ``#`` that begins a word outside quotes."""
    quote = ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "#" and (place == 0 or text[place - 1].isspace()):
            return text[:place].rstrip()
    return text
