from __future__ import annotations

import re
from pathlib import Path

from hopcheck import cli
from hopcheck.home import ROOT
from hopcheck.manual.page import VARIABLES, page
from hopcheck.manual.verb import verbs

# What the kit and its own parts tell each other.
INTERNAL = {"HOPCHECK_CALLED", "HOPCHECK_CASE", "HOPCHECK_PLAYED", "HOPCHECK_RECORDING"}
PAGE = list(page(cli._parser()))


def test_it_has_the_sections_of_a_man_page() -> None:
    assert [section.title for section in PAGE if section.level == 1] == [
        "Name", "Synopsis", "Description", "Options before the verb", "Verbs", "Exit status", "Environment",
        "Other variables", "Files", "See also",
    ]  # fmt: skip


def test_each_verb_has_its_section_with_all_its_options() -> None:
    by_title = {section.title: section for section in PAGE if section.level == 2}
    for verb in verbs(cli._parser()):
        if verb.name in by_title:
            assert by_title[verb.name].terms == (*verb.arguments, *verb.options)
            assert by_title[verb.name].commands
    assert {"run", "conform", "contracts lint", "manual"} <= set(by_title)


def test_each_variable_that_the_kit_reads_is_told() -> None:
    told = {term for section in PAGE for term, _ in section.terms} | INTERNAL
    sources = [ROOT / "kit", *(ROOT / "hopcheck").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"\bHOPCHECK_[A-Z_]+[A-Z]\b", source.read_text("utf-8"))}
    assert read - told == set()
    assert {term for term, _ in VARIABLES if term.startswith("HOPCHECK_")} <= read


def test_the_files_that_it_sees_also_are_there() -> None:
    (also,) = next(section for section in PAGE if section.title == "See also").paragraphs
    names = also.removeprefix("in the kit's repository: ").split(", ")
    assert [each for each in names if not Path(ROOT, each).exists()] == []
