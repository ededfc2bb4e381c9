from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.topology.asker import CURRENT, FILE, asker


def test_nobody_asks_outside_a_scenario() -> None:
    assert asker({}) == {}
    assert asker({CURRENT: "something else"}) == {}


def test_a_scenario_of_the_kits_is_known_by_its_name() -> None:
    told = {CURRENT: "features/05-verify/refused.feature::test_an_altered_playbook_is_refused (call)"}
    assert asker(told) == {"scenario": "test_an_altered_playbook_is_refused"}


def test_an_outline_is_one_whatever_its_row() -> None:
    told = {CURRENT: "features/cases/ingress.feature::test_a_request[an upload (big) of ING-04] (call)"}
    assert asker(told)["scenario"] == "test_a_request"


def test_ones_own_is_known_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "mine.feature").touch()
    told = {CURRENT: "features/mine.feature::test_mine (setup)"}
    assert asker(told) == {"scenario": "test_mine", "file": "features/mine.feature"}


def test_one_named_on_the_command_line_is_told_by_the_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.feature").touch()
    told = {CURRENT: "::test_mine (call)", FILE: str(tmp_path / "mine.feature")}
    assert asker(told) == {"scenario": "test_mine", "file": "mine.feature"}
