"""A cursor over Mermaid's text that knows comments, directives, separators and arrow signs."""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape
from typing import NamedTuple

from hopcheck.flow.model import DiagramError, Head


class Sign(NamedTuple):
    """An arrow sign's meaning."""

    dashed: bool
    head: Head
    bidirectional: bool = False
    reversed: bool = False


SIGNS: dict[str, Sign] = {"<<-->>": Sign(True, "filled", True), "<<->>": Sign(False, "filled", True)}
for _line, _dashed in (("--", True), ("-", False)):
    SIGNS |= {
        _line + ">>": Sign(_dashed, "filled"),
        _line + ">": Sign(_dashed, "open"),
        _line + "x": Sign(_dashed, "cross"),
        _line + "X": Sign(_dashed, "cross"),
        _line + ")": Sign(_dashed, "async"),
    }
    for _half in ("|\\", "|/", "\\\\", "//"):
        SIGNS[_line + _half] = Sign(_dashed, "half")
    for _half in ("/|", "\\|", "//", "\\\\"):
        SIGNS[_half + _line] = Sign(_dashed, "half", reversed=True)
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)))
_ENTITY = re.compile(r"#(\w+);")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_WORD = re.compile(r"[A-Za-z_]+")
_SPACE = re.compile(r"[^\S\n]*")
_AS = re.compile(r"\s+as\s", re.I)


def decode(text: str) -> str:
    """Text as it is shown: ``#35;`` and ``#lt;`` decoded, ``<br/>`` a line feed."""
    text = _ENTITY.sub(lambda m: chr(int(m[1])) if m[1].isdigit() else unescape(f"&{m[1]};"), text)
    return _BREAK.sub("\n", text).strip()


class Scanner:
    """Reads forward over ``text``; ``at`` is the offset of the next character. Raises `DiagramError`."""

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        self.at = 0
        self.directives: list[str] = []
        self._starts = [0, *(m.end() for m in re.finditer("\n", self.text))]

    def position(self, at: int | None = None) -> tuple[int, int]:
        """Line and column, from 1, of an offset (default: here)."""
        at = self.at if at is None else at
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def error(self, expected: str, at: int | None = None) -> DiagramError:
        """An error that says what was expected and what is there."""
        at = self.at if at is None else at
        rest = self.text[at:].split("\n", 1)[0].strip()
        found = repr(rest[:30]) if rest else "the end of the file" if at >= len(self.text) else "the end of the line"
        return DiagramError(*self.position(at), f"expected {expected}, found {found}")

    @property
    def done(self) -> bool:
        """Whether all text is read."""
        return self.at >= len(self.text)

    def skip_space(self) -> None:
        """Pass blanks of this line."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def skip_blank(self) -> None:
        """Pass blanks, line ends, separators and comments; collect directives."""
        while not self.done:
            if self.text[self.at].isspace() or self.text[self.at] == ";":
                self.at += 1
            elif self.text.startswith("%%{", self.at):
                self.directives.append(self.until("}%%", len("%%{"), "'}%%' to close the directive").strip())
            elif self.text.startswith("%%", self.at) or self.text[self.at] == "#":
                self._skip_line()
            else:
                return

    def until(self, closer: str, skip: int, expected: str) -> str:
        """What lies between ``skip`` characters from here and ``closer``, which is passed."""
        end = self.text.find(closer, self.at + skip)
        if end < 0:
            raise DiagramError(*self.position(), f"expected {expected}, found the end of the file")
        inner, self.at = self.text[self.at + skip : end], end + len(closer)
        return inner

    def word(self) -> str:
        """The letters here, lower case, where they stand as a word of their own and not before an arrow sign."""
        match = _WORD.match(self.text, self.at)
        if match is None:
            return ""
        after = self.text[match.end() : match.end() + 1]
        if after and not after.isspace() and after not in ":;{#":
            return ""
        space = _SPACE.match(self.text, match.end())
        return "" if space and _SIGN.match(self.text, space.end()) else match[0].lower()

    def take(self, literal: str) -> bool:
        """Pass ``literal`` (any case) if it is here, after blanks."""
        self.skip_space()
        if self.text[self.at : self.at + len(literal)].lower() != literal:
            return False
        self.at += len(literal)
        return True

    def sign(self) -> Sign | None:
        """Pass an arrow sign if one is here."""
        match = _SIGN.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return SIGNS[match[0]]

    def name(self, expected: str = "a participant", *, declared: bool = False) -> str:
        """A participant's id. In a declaration it may hold what looks like an arrow sign and ends before ``as``."""
        self.skip_space()
        start = self.at
        while not self.done and self.text[self.at] not in "\n;:,+<>#" and not self.text.startswith("@{", self.at):
            if self.text.startswith("%%", self.at) or (not declared and _SIGN.match(self.text, self.at)):
                break
            if declared and _AS.match(self.text, self.at):
                break
            self.at += 1
        name = self.text[start : self.at].strip()
        if not name:
            raise self.error(expected, start)
        return name

    def rest(self) -> str:
        """The text up to the end of the statement, decoded; the end itself is not passed.

        ``;`` separates statements and ``#`` begins a comment, except in an entity.
        """
        self.skip_space()
        start = self.at
        while not self.done and self.text[self.at] not in "\n;":
            if self.text[self.at] == "#":
                entity = _ENTITY.match(self.text, self.at)
                if entity is None:
                    break
                self.at = entity.end()
            else:
                self.at += 1
        return decode(self.text[start : self.at])

    def end_of_statement(self) -> None:
        """Pass the end of the statement, a comment before it included."""
        self.skip_space()
        if self.done:
            return
        if self.text[self.at] in "\n;":
            self.at += 1
        elif self.text.startswith("%%", self.at) or self.text[self.at] == "#":
            self._skip_line()
        else:
            raise self.error("the end of the line")

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end
