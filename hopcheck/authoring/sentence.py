"""The step definitions, as somebody who writes features sees them."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from hopcheck.plugin import MACHINE_STEPS, STEPS

KEYWORDS = {"given": "Given", "when": "When", "then": "Then"}
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?P<before>[\w ]*(?![*+?{]))(?P<pattern>[^()]+)\)")
_OPTIONAL = re.compile(r"\(\?:(?P<inside>[^()]*)\)\?")
_FORMAT = re.compile(r"\{(\w+)[^{}]*\}")
_SYNTAX = re.compile(r"\\|[\[\]()*+?|^$]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A step definition.

    ``keyword`` is Given, When or Then. ``variants`` are the ways to write it, ``{name}`` for a placeholder, the
    fullest first. ``meaning`` is the docstring's first line. ``function`` is the Python function's name; ``table`` says
    whether it wants a table below it. ``within`` has the words before a placeholder that belong to its value all the
    same.
    """

    keyword: str
    variants: tuple[str, ...]
    meaning: str
    function: str
    table: bool
    machine: bool
    within: Mapping[str, str]
    parser: parsers.StepParser

    def values(self, text: str) -> dict[str, str] | None:
        """What the placeholders stand for in a step; None where the step is not this sentence."""
        if not self.parser.is_matching(text):
            return None
        found = self.parser.parse_arguments(text) or {}
        return {name: str(value) for name, value in found.items() if value is not None}

    def shown(self, name: str, value: str) -> str:
        """What is written in the placeholder's place for a value of it."""
        return value.removeprefix(self.within.get(name, ""))


@cache
def sentences() -> tuple[Sentence, ...]:
    """All of the kit's, in the order of its modules and lines."""
    modules = [importlib.import_module(name).__name__ for name in STEPS]
    found = [each for each in step_function_context_registry.values() if each.step_func.__module__ in modules]
    found.sort(key=lambda each: (modules.index(each.step_func.__module__), _line(each), each.parser.name))
    return tuple(_sentence(each) for each in found)


def written(parser: parsers.StepParser) -> tuple[str, ...]:
    """How a step is written, without any syntax of patterns. Raises ValueError for one that cannot be shown so."""
    name = parser.name
    if isinstance(parser, parsers.parse):
        return (_FORMAT.sub(r"{\1}", name),)
    if not isinstance(parser, parsers.re):
        return (name,)
    plain = _GROUP.sub(r"\g<before>{\g<name>}", name)
    found = [_OPTIONAL.sub(r"\g<inside>", plain), _OPTIONAL.sub("", plain)]
    shown = tuple(dict.fromkeys(re.sub(r"\\(?=\W)", "", each) for each in found))
    if any(_SYNTAX.search(each) for each in shown):
        raise ValueError(
            f"the step {name!r} cannot be shown to authors: use named groups, and (?: )? for what may lack"
        )
    return shown


def _sentence(context: StepFunctionContext) -> Sentence:
    function = context.step_func
    return Sentence(
        KEYWORDS[context.type or "given"],
        written(context.parser),
        (inspect.getdoc(function) or "").partition("\n")[0],
        function.__name__,
        "datatable" in inspect.signature(function).parameters,
        function.__module__ in MACHINE_STEPS,
        {found["name"]: found["before"] for found in _GROUP.finditer(context.parser.name)},
        context.parser,
    )


def _line(context: StepFunctionContext) -> int:
    return int(inspect.getsourcelines(context.step_func)[1])
