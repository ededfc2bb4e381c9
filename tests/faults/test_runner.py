import pytest

from hopcheck.faults import FaultError, load_faults, main, run
from hopcheck.faults.runner import chosen


def test_all_are_chosen_where_none_is_named():
    assert [fault.id for fault in chosen([])] == list(load_faults())


def test_role_stands_for_its_faults():
    assert {fault.role for fault in chosen(["s3"])} == {"s3"}
    assert len(chosen(["s3"])) > 1


def test_unknown_name_is_refused(tmp_path, capsys):
    with pytest.raises(FaultError, match=r"no fault 'nobody\.does'"):
        chosen(["nobody.does"])
    assert main(["nobody.does"], tmp_path) == 2
    assert "nobody.does" in capsys.readouterr().err


def some():
    """The first fault of each role and of each way to be caught; `hopcheck faults` plays all of them."""
    faults = load_faults().items()
    by_role = {fault.role: name for name, fault in reversed(faults)}
    by_kind = {fault.caught_by.kind: name for name, fault in reversed(faults)}
    return sorted({*by_role.values(), *by_kind.values()})


@pytest.mark.slow
@pytest.mark.parametrize("name", some())
def test_fault_is_caught(name, tmp_path):
    [told] = run([name], tmp_path)
    assert told.finding is not None, [f"{f.kind} {f.clause or f.contract or f.arrow}: {f.got}" for f in told.findings]
    assert set(told.blamed) <= set(told.fault.also), told.findings
