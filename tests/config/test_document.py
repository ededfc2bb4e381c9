from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from hopcheck import cli
from hopcheck.catalogue.book import Book
from hopcheck.config import file
from hopcheck.config.document import DEVIATIONS, EXAMPLE, document
from hopcheck.config.table import BY_NAME, OPTIONS
from hopcheck.conform.deviations import load
from hopcheck.home import CONTRACTS, ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)
    monkeypatch.delenv("HOPCHECK_CONFIG", raising=False)
    return tmp_path


def test_the_document_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["options", "--markdown"]) == 0
    shown = capsys.readouterr().out
    assert shown == document() == (ROOT / "docs/options.md").read_text("utf-8")


def test_every_option_has_a_row_of_eight_cells() -> None:
    rows = [line for line in document().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [option.name for option in OPTIONS]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {9}
    assert all(cell.strip() for row in rows for cell in re.split(r"(?<!\\)\|", row)[1:-1])


def test_the_example_is_right(here: Path) -> None:
    (here / file.NAME).write_text(EXAMPLE)
    found = file.read(here / file.NAME)
    assert str(found["sut"]["ingress"]) == "ingress=cmd:./ingress --verbose"
    assert {*found} == {"sut", "profile", "capabilities", "deviations"}


def test_the_example_of_deviations_is_right(here: Path) -> None:
    (here / "known.yaml").write_text(DEVIATIONS)
    [entry] = load(here / "known.yaml", Book.load(CONTRACTS).clauses)
    assert entry.expires > date(2027, 1, 1)


def test_what_each_is_here_and_now(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / file.NAME).write_text('hosts = 2\n[sut.s3]\ncmd = "./s3"\n')
    monkeypatch.setenv("HOPCHECK_SUT", "ingress=image:x")
    assert cli.main(["options"]) == 0
    lines = [re.split(r"\s{2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["configuration file: hopcheck.toml"]
    assert ["hosts", "2", "hopcheck.toml"] in lines
    assert ["sut", "s3=cmd:./s3, ingress=image:x", "hopcheck.toml, environment"] in lines
    assert ["jobs", "1", "default"] in lines
    assert cli.main(["options", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "hopcheck.toml"
    assert told["options"]["hosts"] == {"value": "2", "from": ["hopcheck.toml"]}
    assert set(told["options"]) == {name for name, option in BY_NAME.items() if not option.line_only}


def test_a_wrong_configuration(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["options", "--config", "none.toml"]) == 2
    assert capsys.readouterr().err == "hopcheck: --config none.toml: no such file\n"
