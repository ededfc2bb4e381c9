"""Text of others, made fit for a terminal."""

from __future__ import annotations

import re

# What a peer sent may hold escape sequences, or turn the direction of writing; none may reach the reader's terminal.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """The text with control characters, all but tab and line feed, and those that turn its direction as escapes."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """Printable, with line feeds and tabs as escapes, too."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def clipped(text: str, width: int) -> str:
    """One line of at most ``width`` characters, which says so where it was cut."""
    whole = one_line(text[: width + 1])
    return whole if len(whole) <= width else f"{whole[: width - 1]}…"
