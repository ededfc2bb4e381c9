from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hopcheck.checks.verdict import Finding
from hopcheck.faults import trial
from hopcheck.faults.catalogue import Caught, load_faults
from hopcheck.report.diagnosis import ROWS, Diagnosis
from hopcheck.report.diagnosis.screen import Line

FAULT = load_faults()["ingress.answers-200"]


def played(role: str | None, lines: int = 18) -> Caught:
    finding = Finding("clause", "x", "y", role=role, clause="ING-07")
    return Caught(FAULT, finding, (finding,), 1.0, None, Diagnosis(role, finding, (Line("x"),) * lines))


def test_the_choice_is_repeatable_and_of_every_role_and_kind() -> None:
    faults = list(trial._failing())
    chosen = trial.spread(faults, trial.FAULTS, "a")
    assert chosen == trial.spread(faults, trial.FAULTS, "a") != trial.spread(faults, trial.FAULTS, "b")
    assert len({each.id for each in chosen}) == trial.FAULTS
    assert len({each.role for each in chosen}) == 10
    assert {each.caught_by.kind for each in chosen} == {each.caught_by.kind for each in faults}
    assert any(each.stuck and each.caught_by.kind == "missing" for each in chosen)


def test_what_fails_nothing_has_no_diagnosis() -> None:
    assert "remediations.shows-a-system-as-running" not in {each.id for each in trial._failing()}


@pytest.mark.parametrize(
    ("each", "good"),
    [
        (played("ingress"), True),
        (played("s3"), False),
        (played(None), False),
        (played("ingress", ROWS + 1), False),
        (replace(played("ingress"), diagnosis=None), False),
    ],
)
def test_the_screen_names_the_guilty_one_and_fits(each: Caught, good: bool) -> None:
    assert trial.named(each) is good
    assert ("**" in trial.row(each)) is not good


def test_a_row() -> None:
    assert trial.row(played("s3")) == "| ingress.answers-200 | ingress | **s3** | clause | ING-07 | 18 |"


@pytest.mark.parametrize(("wrong", "status"), [(3, 0), (4, 1)])
def test_nine_of_ten_are_to_be_named(
    wrong: int, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [played("s3")] * wrong + [played("ingress")] * (trial.FAULTS - wrong)
    monkeypatch.setattr(trial, "run", lambda *_: found)
    assert trial.main(tmp_path, None) == status
    assert f"{trial.FAULTS - wrong} of 30 times" in capsys.readouterr().out
