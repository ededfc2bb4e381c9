"""Mermaid's ``sequenceDiagram`` language, read into the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal, cast

import yaml

from hopcheck.flow.colour import split_colour
from hopcheck.flow.lexer import Scanner, decode
from hopcheck.flow.lifeline import Lifelines
from hopcheck.flow.model import (
    Activate,
    Arrow,
    Autonumber,
    Block,
    BlockKind,
    Box,
    Create,
    Deactivate,
    Destroy,
    Diagram,
    DiagramError,
    Item,
    Link,
    Note,
    Placement,
    Section,
)

# block keyword -> the keyword that begins its next section
_BLOCKS: dict[str, str | None] = {
    "loop": None,
    "opt": None,
    "break": None,
    "rect": None,
    "alt": "else",
    "par": "and",
    "par_over": "and",
    "critical": "option",
}
_SECTIONS = {"else": "alt", "and": "par", "option": "critical"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FRONT_MATTER = re.compile(r"\s*---[^\S\n]*\n")
_FRONT_END = re.compile(r"^[^\S\n]*---[^\S\n]*$", re.M)


def parse(text: str) -> Diagram:
    """Read one sequence diagram.

    Raises `DiagramError` with line and column, what was expected there and what was found.
    """
    return _Parser(text).diagram()


class _Parser:
    def __init__(self, text: str) -> None:
        self.scan = Scanner(text)
        self.lifelines = Lifelines()
        self.boxes: list[Box] = []
        self.links: list[Link] = []
        self.count = 0
        self.titles: dict[str, str] = {}
        self.statements: dict[str, Callable[[int], Item | None]] = {
            "participant": self._participant,
            "actor": self._participant,
            "create": self._create,
            "destroy": self._destroy,
            "box": self._box,
            "activate": self._activate,
            "deactivate": self._deactivate,
            "note": self._note,
            "autonumber": self._autonumber,
            "title": self._title,
            "acctitle": self._acc_title,
            "accdescr": self._acc_description,
            "link": self._link,
            "links": self._link,
            "properties": self._link,
            "details": self._link,
            **dict.fromkeys(_BLOCKS, self._block),
        }

    def diagram(self) -> Diagram:
        front_matter = self._front_matter()
        self.scan.skip_blank()
        if not self.scan.take("sequencediagram"):
            raise self.scan.error("'sequenceDiagram'")
        self.scan.end_of_statement()
        body = self._items(None, ())
        self.lifelines.close()
        return Diagram(
            participants=self.lifelines.participants,
            boxes=tuple(self.boxes),
            body=body,
            activations=self.lifelines.activations,
            links=tuple(self.links),
            title=self.titles.get("title"),
            acc_title=self.titles.get("acctitle"),
            acc_description=self.titles.get("accdescr"),
            front_matter=front_matter,
            directives=tuple(self.scan.directives),
        )

    def _front_matter(self) -> str | None:
        opening = _FRONT_MATTER.match(self.scan.text)
        if opening is None:
            return None
        closing = _FRONT_END.search(self.scan.text, opening.end())
        if closing is None:
            raise DiagramError(
                *self.scan.position(opening.end() - 4),
                "expected '---' to close the front matter, found the end of the file",
            )
        content = self.scan.text[opening.end() : closing.start()]
        try:
            yaml.safe_load(content)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line, _ = self.scan.position(opening.end())
            problem = getattr(error, "problem", error)
            raise DiagramError(
                line + (mark.line if mark else 0),
                mark.column + 1 if mark else 1,
                f"expected YAML in the front matter, found {problem}",
            ) from error
        self.scan.at = closing.end()
        return content

    def _items(self, opened: tuple[str, int] | None, closers: Iterable[str]) -> tuple[Item, ...]:
        items: list[Item] = []
        while True:
            self.scan.skip_blank()
            if self.scan.done:
                if opened is not None:
                    line, _ = self.scan.position(opened[1])
                    raise self.scan.error(f"'end' for {opened[0]!r} of line {line}")
                return tuple(items)
            word, at = self.scan.word(), self.scan.at
            if word in closers:
                return tuple(items)
            if word == "end" or word in _SECTIONS:
                inside = f" inside {_SECTIONS[word]!r}" if word in _SECTIONS else " of an open block"
                raise self.scan.error(f"a statement ({word!r} only{inside})", at)
            statement = self.statements.get(word)
            item = self._arrow(at) if statement is None else statement(at)
            if item is not None:
                items.append(item)

    def _keyword(self) -> str:
        word = self.scan.word()
        self.scan.at += len(word)
        return word

    def _arrow(self, at: int) -> Arrow:
        line, column = self.scan.position(at)
        source = self.scan.name("a statement")
        sign = self.scan.sign()
        if sign is None or source.endswith("-"):
            raise self.scan.error("an arrow")
        source = source.removesuffix("()").rstrip()
        self.scan.take("()")
        activates = self.scan.take("+")
        deactivates = not activates and self.scan.take("-")
        target = self.scan.name()
        text = self._text()
        self.count += 1
        arrow = Arrow(
            self.count,
            source,
            target,
            text,
            sign.dashed,
            line,
            column,
            sign.head,
            sign.bidirectional,
            sign.reversed,
            activates,
            deactivates,
        )
        self.lifelines.arrow(arrow)
        return arrow

    def _text(self) -> str:
        if not self.scan.take(":"):
            raise self.scan.error("':'")
        if not self.scan.take("wrap:"):
            self.scan.take("nowrap:")
        text = self.scan.rest()
        self.scan.end_of_statement()
        return text

    def _participant(self, at: int) -> None:
        self._declare(at)

    def _declare(self, at: int, *, box: int | None = None) -> str:
        place = self.scan.position(at)
        kind = self._keyword()
        name = self.scan.name(declared=True)
        attributes: dict[str, Any] = {}
        if self.scan.take("@{"):
            attributes = self._attributes()
        label = self.scan.rest() if self.scan.take("as") else decode(str(attributes.get("alias", "")))
        self.scan.end_of_statement()
        self.lifelines.declare(name, label, str(attributes.get("type", kind)), place, box, attributes)
        return name

    def _attributes(self) -> dict[str, Any]:
        start = self.scan.at
        content = self.scan.until("}", 0, "'}' to close the attributes")
        try:
            value = yaml.safe_load("{" + content + "}")
        except yaml.YAMLError as error:
            raise DiagramError(
                *self.scan.position(start), f"expected attributes as JSON or YAML, found {content!r}"
            ) from error
        return cast(dict[str, Any], value)

    def _create(self, at: int) -> Create:
        line, column = self.scan.position(at)
        self._keyword()
        self.scan.skip_space()
        if self.scan.word() not in ("participant", "actor"):
            raise self.scan.error("'participant' or 'actor'")
        name = self._declare(self.scan.at)
        self.lifelines.expect("created", name, (line, column))
        return Create(name, line, column)

    def _destroy(self, at: int) -> Destroy:
        line, column, name = self._one_name(at)
        self.lifelines.expect("destroyed", name, (line, column))
        return Destroy(name, line, column)

    def _activate(self, at: int) -> Activate:
        line, column, name = self._one_name(at)
        self.lifelines.activate(name, line, column)
        return Activate(name, line, column)

    def _deactivate(self, at: int) -> Deactivate:
        line, column, name = self._one_name(at)
        self.lifelines.deactivate(name, line, column)
        return Deactivate(name, line, column)

    def _one_name(self, at: int) -> tuple[int, int, str]:
        line, column = self.scan.position(at)
        self._keyword()
        name = self.scan.name()
        self.scan.end_of_statement()
        return line, column, name

    def _box(self, at: int) -> None:
        line, column = self.scan.position(at)
        self._keyword()
        colour, label = split_colour(self.scan.rest())
        self.scan.end_of_statement()
        inside: list[str] = []
        while True:
            self.scan.skip_blank()
            word = self.scan.word()
            if word == "end":
                self._keyword()
                self.scan.end_of_statement()
                break
            if word not in ("participant", "actor"):
                raise self.scan.error(f"'participant', 'actor' or 'end' for 'box' of line {line}")
            inside.append(self._declare(self.scan.at, box=len(self.boxes)))
        self.boxes.append(Box(label, colour, tuple(inside), line, column))

    def _note(self, at: int) -> Note:
        line, column = self.scan.position(at)
        self._keyword()
        place = self._placement()
        names = [self.scan.name()]
        if place == "over" and self.scan.take(","):
            names.append(self.scan.name())
        text = self._text()
        for name in names:
            self.lifelines.mention(name, line, column)
        return Note(place, tuple(names), text, line, column)

    def _placement(self) -> Placement:
        if self.scan.take("over"):
            return "over"
        for side in ("left", "right"):
            if self.scan.take(side):
                if not self.scan.take("of"):
                    raise self.scan.error("'of'")
                return cast(Placement, f"{side} of")
        raise self.scan.error("'left of', 'right of' or 'over'")

    def _autonumber(self, at: int) -> Autonumber:
        line, column = self.scan.position(at)
        self._keyword()
        visible = not self.scan.take("off")
        numbers: list[float | None] = []
        while visible and len(numbers) < 2:
            self.scan.skip_space()
            match = _NUMBER.match(self.scan.text, self.scan.at)
            if match is None:
                break
            self.scan.at = match.end()
            numbers.append(float(match[0]))
        self.scan.end_of_statement()
        start, step = (*numbers, None, None)[:2]
        return Autonumber(visible, start, step, line, column)

    def _title(self, at: int) -> None:
        self._keyword()
        self.scan.take(":")
        self.titles["title"] = self.scan.rest()
        self.scan.end_of_statement()

    def _acc_title(self, at: int) -> None:
        self._keyword()
        self.titles["acctitle"] = self._text()

    def _acc_description(self, at: int) -> None:
        self._keyword()
        if self.scan.take("{"):
            self.titles["accdescr"] = self.scan.until("}", 0, "'}' to close the description").strip()
            self.scan.end_of_statement()
        else:
            self.titles["accdescr"] = self._text()

    def _link(self, at: int) -> None:
        line, column = self.scan.position(at)
        kind = cast(Literal["link", "links", "properties", "details"], self._keyword())
        name = self.scan.name()
        value = self._text()
        self.lifelines.mention(name, line, column)
        self.links.append(Link(kind, name, value, line, column))

    def _block(self, at: int) -> Block:
        line, column = self.scan.position(at)
        kind = self.scan.word()
        next_section = _BLOCKS[kind]
        closers = ("end",) if next_section is None else ("end", next_section)
        sections: list[Section] = []
        while True:
            place = self.scan.position()
            self._keyword()
            label = self.scan.rest()
            self.scan.end_of_statement()
            sections.append(Section(label, self._items((kind, at), closers), *place))
            if self.scan.word() == "end":
                break
        end_line, _ = self.scan.position()
        self._keyword()
        self.scan.end_of_statement()
        return Block(cast(BlockKind, kind), tuple(sections), line, column, end_line)
