"""The manual's page in three forms."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from hopcheck import __version__
from hopcheck.manual.page import Section

INDENT, DEEPER = " " * 7, " " * 14


def text(page: Iterable[Section], width: int) -> Iterator[str]:
    """Lines for a terminal of that many columns."""
    for section in page:
        yield section.title.upper() if section.level == 1 else f"   {section.title}"
        for paragraph in section.paragraphs:
            yield from (*_wrapped(paragraph, INDENT, width), "")
        for term, meaning in section.terms:
            yield from (*_wrapped(term, INDENT, width), *_wrapped(meaning, DEEPER, width))
        if section.commands:
            yield from (*([""] if section.terms else []), *(f"{INDENT}{line}" for line in section.commands))
        if section.terms or section.commands:
            yield ""


def markdown(page: Iterable[Section]) -> Iterator[str]:
    """Lines of docs/reference/cli.md."""
    yield "# hopcheck"
    yield ""
    yield "Made by `hopcheck manual --markdown` from the command line's parsers; do not edit."
    for section in page:
        yield from ("", f"{'#' * (section.level + 1)} {section.title}")
        verb = section.level == 2
        for number, paragraph in enumerate(section.paragraphs):
            yield from ("", f"`{paragraph}`" if verb and not number else _escaped(paragraph))
        if section.terms:
            yield from ("", *(f"- `{term}`{f': {_escaped(said)}' if said else ''}" for term, said in section.terms))
        if section.commands:
            yield from ("", "```sh" if verb else "```text", *section.commands, "```")


def roff(page: Iterable[Section]) -> Iterator[str]:
    """Lines for ``man -l -``."""
    yield f'.TH HOPCHECK 1 "" "hopcheck {__version__}" "User Commands"'
    for section in page:
        yield f".SH {section.title.upper()}" if section.level == 1 else f".SS {_roff(section.title)}"
        for paragraph in section.paragraphs:
            yield from (".PP", _roff(paragraph))
        for term, meaning in section.terms:
            yield from (".TP", f"\\fB{_roff(term)}\\fR", _roff(meaning) or "\\&")
        if section.commands:
            yield from (".PP", ".nf", *map(_roff, section.commands), ".fi")


def _wrapped(paragraph: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        paragraph,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _escaped(paragraph: str) -> str:
    """What Markdown would take for its own, outside of code."""
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_<>\[\]|])", r"\\\1", part)
        for part in re.split(r"(`[^`]*`)", paragraph)
    )


def _roff(line: str) -> str:
    told = line.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return f"\\&{told}" if told.startswith((".", "'")) else told
