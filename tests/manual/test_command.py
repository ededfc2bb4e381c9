from __future__ import annotations

import pytest

from hopcheck import cli
from hopcheck.home import ROOT


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert cli.main(["manual", *options]) == 0
    return capsys.readouterr().out


def test_the_reference_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    stale = "make it anew: hopcheck manual --markdown > docs/reference/cli.md"
    assert (ROOT / "docs/reference/cli.md").read_text("utf-8") == printed(capsys, "--markdown"), stale


def test_on_a_terminal_it_is_as_wide_as_that(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    narrow = printed(capsys)
    monkeypatch.setenv("COLUMNS", "300")
    wide = printed(capsys)
    assert "NAME\n       hopcheck - " in narrow
    assert "--runtime auto|containers|process\n" in wide
    assert len(wide.splitlines()) < len(narrow.splitlines())
    code = ("hopcheck ", "~/")
    assert all(len(line) <= 80 for line in narrow.splitlines() if not line.strip().startswith(code))


def test_for_man(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "--man")
    assert shown.startswith(".TH HOPCHECK 1 ")
    assert ".SS contracts lint\n" in shown
