"""A stand-in that does not survive a message twice is found over a real broker, and the find is cut down."""

import sys
from pathlib import Path

import pytest

from hopcheck.generated import messages_command
from hopcheck.generated.messages_saved import sequence
from hopcheck.topology.settings import Settings

PLANTED = Path(__file__).with_name("planted.py")


@pytest.mark.slow
def test_a_planted_fault_is_found_cut_down_and_written_down(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features").mkdir()
    asked = Settings(report=tmp_path / "report", commands={"rhc": (sys.executable, str(PLANTED))}, timeout_s=30.0)
    assert messages_command.play(asked, 2, 1) == 1
    [saved] = (tmp_path / "features/regressions").glob("*.feature")
    rows = [line.strip().strip("|").split(" | ") for line in saved.read_text().splitlines() if "|" in line]
    sent = sequence([[each.strip() for each in row] for row in rows])
    assert [end for end, _ in sent] == ["data/in", "data/in"]
    assert sent[0] == sent[1]
    assert "2 of them are enough" in capsys.readouterr().err
