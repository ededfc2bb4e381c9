from __future__ import annotations

import pytest

from hopcheck.bench import conforming


def test_the_table_has_times_and_their_ratio():
    head, *rows = conforming.report([(10.0, 100.0, 50.0), (12.0, 120.0, 80.0), (11.0, 90.0, 60.0)])
    assert "3 rounds" in head
    found = {row.rsplit("  ", 1)[0].split("  ")[1]: row.split() for row in rows}
    assert [row[-1] for row in found.values()] == ["20", "240", "s", "1.6"]
    assert any("11.0" in row and "conform ingress" in row for row in rows)
    assert any("-n 1 over -n 2" in row and "1.50" in row and "2.00" in row for row in rows)


def test_a_stand_in_that_fails_has_no_time(monkeypatch, capsys):
    def fails(*_: str) -> float:
        raise conforming.NotConformant("conform ingress ended with 1\nVERDICT: fail")

    monkeypatch.setattr(conforming, "timed", fails)
    assert conforming.measure(1) == 3
    assert "ended with 1" in capsys.readouterr().err


def test_no_rounds_are_a_wrong_command_line(capsys):
    assert conforming.measure(0) == 2


def test_an_unknown_role_is_no_time():
    with pytest.raises(conforming.NotConformant, match="ended with 2"):
        conforming.timed("nobody")
