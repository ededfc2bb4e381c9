"""The screen as a terminal can show it: in colour, without, or in ASCII."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

from hopcheck.report.diagnosis.drawing import plain
from hopcheck.report.diagnosis.screen import Line, Style

_CODES: Mapping[Style, str] = {"bad": "31", "good": "32", "dim": "2", "strong": "1"}


@dataclass(frozen=True, slots=True)
class Screen:
    """What can be shown where the lines go: in which encoding, and whether in colour."""

    encoding: str = "utf-8"
    coloured: bool = False

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str] = os.environ) -> Screen:
        """A stream's: colour at a terminal that is not dumb, unless NO_COLOR is set."""
        coloured = stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls(stream.encoding or "ascii", coloured)


def shown(lines: Iterable[Line], screen: Screen) -> list[str]:
    """The lines as a screen can show them, in ASCII where its encoding lacks one of their characters."""
    return [_painted(_fitting(line.text, screen.encoding), line.style, screen.coloured) for line in lines]


def _fitting(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
        return text
    except (UnicodeEncodeError, LookupError):
        return plain(text).encode("ascii", "backslashreplace").decode()


def _painted(text: str, style: Style, coloured: bool) -> str:
    code = _CODES.get(style) if coloured else None
    return text if code is None else f"\x1b[{code}m{text}\x1b[0m"
