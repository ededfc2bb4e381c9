import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.given import GIVEN
from hopcheck.topology.given.known import given


def test_every_case_has_what_it_has_given_and_nothing_is_given_in_vain():
    named = {case.given for case in Judge(CONTRACTS).cases.by_id.values()} - {None}
    assert set(GIVEN) == named


def test_a_name_stands_for_one_preparation():
    with pytest.raises(ValueError, match="given twice"):
        given(next(iter(GIVEN)))(lambda scene: None)
