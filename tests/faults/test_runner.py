import pytest

from hopcheck.faults import FaultError, load_faults, main, runner
from hopcheck.faults.runner import chosen, one_each


def test_all_are_chosen_where_none_is_named():
    assert [fault.id for fault in chosen([])] == list(load_faults())


def test_role_stands_for_its_faults():
    assert {fault.role for fault in chosen(["s3"])} == {"s3"}
    assert len(chosen(["s3"])) > 1


def test_unknown_name_is_refused(tmp_path, capsys):
    with pytest.raises(FaultError, match=r"no fault or role 'nobody\.does'"):
        chosen(["nobody.does"])
    assert main(["nobody.does"], tmp_path) == 2
    assert "nobody.does" in capsys.readouterr().err


def test_what_is_shown_otherwise_is_not_played(tmp_path, monkeypatch, capsys):
    played = []
    monkeypatch.setattr(runner, "run", lambda names, *_: played.extend(names) or [])
    assert main(["ingress"], tmp_path, each_once=True, shown={"ING-09", "SRV-073"}) == 0
    clauses = {load_faults()[name].caught_by.clause for name in played}
    assert "ING-06" in clauses
    assert not clauses & {"ING-09", "SRV-073"}


def test_one_for_each_clause_is_the_quickest():
    every = list(load_faults().values())
    some = one_each(every)
    named = [(fault.caught_by.clause, fault.generation) for fault in some if fault.caught_by.clause]
    assert len(named) == len(set(named))
    assert set(named) == {(f.caught_by.clause, f.generation) for f in every if f.caught_by.clause}
    assert {fault.role for fault in some} == {fault.role for fault in every}
    with_case = {(f.caught_by.clause, f.generation) for f in every if f.case is not None and f.caught_by.clause}
    assert all(f.case is not None for f in some if (f.caught_by.clause, f.generation) in with_case)
