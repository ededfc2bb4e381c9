import pytest

from hopcheck.checks.judge import Judge
from hopcheck.faults.cases import play
from hopcheck.home import CONTRACTS


@pytest.mark.slow
def test_every_case_bites(tmp_path):
    found = list(play(tmp_path))
    assert {each.case.id for each in found} == set(Judge(CONTRACTS).cases.by_id)
    assert [(each.case.id, each.named, each.strays) for each in found if not each.ok] == []
