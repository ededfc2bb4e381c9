"""Everything in code that the documentation shows can be what it says; what is played is in test_player.py."""

from __future__ import annotations

import json
import shlex
import sys
import tomllib
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))

from docs_blocks import REASONS, Block
from docs_elsewhere import environments, ran, table
from docs_pages import generated, name, page, pages, played
from docs_shell import KIT, PROGRAMS, lines, simple

from hopcheck import cli
from hopcheck.authoring.lint import lint
from hopcheck.config import resolve
from hopcheck.config.parser import Parser
from hopcheck.home import ROOT
from hopcheck.life import split

PAGES = pytest.mark.parametrize("path", pages(), ids=name)
WRITTEN = pytest.mark.parametrize("path", [path for path in pages() if not generated(path)], ids=name)
# What a player of the pages leaves out, by reason. One more is one more promise that nobody keeps.
LEFT_OUT = {"engine": 4, "installs": 11, "minutes": 10, "placeholder": 6, "removes": 2, "stays": 2, "upstream": 2}


@lru_cache
def _parser() -> Parser:
    return cli._parser()


def wrong(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the kit's own parser says against a command, or nothing."""
    if words[1:2] == ["test"]:
        asked = [each for word in words[2:] for each in word.split(",") if not word.startswith("-")]
        return ", ".join(f"no environment {each!r}" for each in asked if each not in environments())
    try:
        _parser().parse(split(words[1:])[0])
    except SystemExit as ended:
        return "" if ended.code == 0 else capsys.readouterr().err
    return ""


@PAGES
def test_each_command_is_one_that_the_kit_takes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = page(path)
    told = [
        (str(block), words)
        for block in shown.blocks
        if block.kind == "shell"
        for line in lines(block)
        for words in line.commands
    ]
    assert [f"{where}: {words[0]}" for where, words in told if words[0] not in PROGRAMS] == []
    found = [(where, words, wrong(words, capsys)) for where, words in told if words[0] in KIT]
    assert [each for each in found if each[2]] == []


@PAGES
def test_each_command_in_a_sentence_is_one_that_the_kit_takes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There it may be short of what it needs."""
    found = []
    for line, code in page(path).inline:
        for words in simple(code) if code.split()[0] in KIT and len(code.split()) > 1 else ():
            said = wrong(words, capsys)
            if said and "required" not in said and "expected" not in said and "…" not in code:
                found.append((line, code, said))
    assert found == []


@WRITTEN
def test_each_block_is_of_a_kind_and_said_to_be_what(path: Path) -> None:
    assert [str(block) for block in page(path).blocks if not understood(block)] == []


def understood(block: Block) -> bool:
    if block.kind == "shell":
        return True
    return any(block.note(verb) for verb in ("prints", "write", "shows", "not run"))


@WRITTEN
def test_what_is_run_elsewhere_is_run_there(path: Path) -> None:
    found = [
        (str(block), line.text, where)
        for block in page(path).blocks
        if block.kind == "shell"
        for line in lines(block)
        if (where := line.note("run by"))
        for words in line.commands
        if not ran(words, where, played)
    ]
    assert found == []


def test_what_is_not_run_has_one_of_a_few_reasons_and_is_counted() -> None:
    left_out = [
        (reason, name(path), text)
        for path in pages()
        if not generated(path)
        for block in page(path).blocks
        for text, reason in (
            [(line.text, line.note("not run")) for line in lines(block)]
            if block.kind == "shell"
            else [(f"a block of {block.kind}", block.note("not run"))]
        )
        if reason
    ]
    listed = "\n".join(f"{reason:<12} {where:<28} {text}" for reason, where, text in sorted(left_out))
    assert {reason for reason, _, _ in left_out} <= set(REASONS), listed
    assert dict(Counter(reason for reason, _, _ in left_out)) == LEFT_OUT, listed


def test_the_environments_of_tox_are_listed_with_what_they_do() -> None:
    shown = ROOT / "docs/howto/use-in-ci.md"
    assert table() in shown.read_text("utf-8"), f"{name(shown)} is to say:\n{table()}"


@PAGES
def test_each_block_of_data_is_well_formed(path: Path, tmp_path: Path) -> None:
    for block in page(path).blocks:
        if block.kind == "json":
            json.loads(block.text)
        elif block.kind == "yaml":
            yaml.safe_load(block.text)
        elif block.kind == "toml" and block.note("write") in ("", "hopcheck.toml"):
            file = tmp_path / "hopcheck.toml"
            file.write_text(block.text)
            resolve({}, config=file)
        elif block.kind == "toml":
            tomllib.loads(block.text)
        elif block.kind == "python":
            compile(block.text, str(block), "exec")
        elif block.kind == "gherkin" and not any(words[-1] == block.note("write") for words in played(path)):
            feature = tmp_path / "shown.feature"
            feature.write_text(block.text)
            assert lint(feature) == [], str(block)


@PAGES
def test_each_link_leads_somewhere(path: Path) -> None:
    inside = [(line, link.partition("#")[0]) for line, link in page(path).links if "://" not in link]
    assert [(line, link) for line, link in inside if link and not (path.parent / link).exists()] == []


def test_each_page_is_named_by_the_index_or_by_a_page_of_it() -> None:
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        path = todo.pop()
        if path in seen or path.suffix != ".md":
            continue
        seen.add(path)
        targets = [path.parent / link.partition("#")[0] for _, link in page(path).links if "://" not in link]
        todo += [
            Path(each).resolve()
            for target in targets
            for each in ([target] if target.is_file() else target.glob("*.md"))
        ]
    assert [name(path) for path in pages() if path not in seen] == []


def test_a_wrong_command_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no option" in wrong(shlex.split("./kit run --hots 3"), capsys)
    assert wrong(shlex.split("./kit test -e lint,teats"), capsys) == "no environment 'teats'"
