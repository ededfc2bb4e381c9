"""Stand-ins that do not survive a message are found over the wire, and the find is cut down and written down."""

import sys
from pathlib import Path

import pytest

from hopcheck.generated import messages_command
from hopcheck.generated.book import MESSAGED
from hopcheck.generated.messages_receivers import RECEIVERS
from hopcheck.generated.messages_saved import sequence
from hopcheck.generated.messages_source import SOURCES
from hopcheck.topology.settings import Settings

PLANTED = Path(__file__).with_name("planted.py")


def test_everybody_who_gets_messages_is_known_everywhere():
    assert set(RECEIVERS) == set(SOURCES) == set(MESSAGED)


@pytest.mark.slow
@pytest.mark.parametrize(("role", "enough"), [(role, 2 if role == "rhc" else 1) for role in MESSAGED])
def test_a_planted_fault_is_found_cut_down_and_written_down(tmp_path, monkeypatch, capsys, role, enough):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features").mkdir()
    planted = {role: (sys.executable, str(PLANTED), role)}
    asked = Settings(report=tmp_path / "report", commands=planted, timeout_s=5.0)
    assert messages_command.play(asked, role, 4, 1) == 1
    [saved] = (tmp_path / "features/regressions").glob("*.feature")
    rows = [line.strip().strip("|").split(" | ") for line in saved.read_text().splitlines() if "|" in line]
    sent = sequence([[each.strip() for each in row] for row in rows], RECEIVERS[role])
    assert len(sent) == enough
    assert len(set(sent)) == 1
    assert f"{enough} of them are enough" in capsys.readouterr().err
