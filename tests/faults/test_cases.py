import pytest

from hopcheck.checks.judge import Judge
from hopcheck.faults.cases import main, play
from hopcheck.home import CONTRACTS


def test_a_role_without_cases_is_refused_with_those_that_have_some(tmp_path, capsys):
    assert main(tmp_path, ["remediations-ui"]) == 2
    assert "no cases of remediations-ui; there are cases of cloud-connector, ingress" in capsys.readouterr().err


# `hopcheck faults` plays those of every role (tox -e faults).
@pytest.mark.slow
def test_every_case_of_a_role_bites(tmp_path):
    found = list(play(tmp_path, ["ingress"]))
    cases = Judge(CONTRACTS).cases.by_id.values()
    asked = {case.id for case in cases if case.role == "ingress" and case.request is not None}
    assert {each.case.id for each in found} == asked
    assert [(each.case.id, each.named, each.strays) for each in found if not each.ok] == []
