from __future__ import annotations

import os

import pytest

from hopcheck.life.run import Unclear, choose, find, there_are
from hopcheck.topology.record import HostRecord


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({"owner": os.getpid()}, "running"),
        ({"owner": os.getpid(), "ready": False}, "starting"),
        ({"owner": os.getpid(), "recorded": False}, "starting"),
        ({"kept": True}, "kept"),
        ({}, "dead"),
    ],
)
def test_what_becomes_of_a_run(made, how, state):
    assert made(**how).state == state


def test_runs_are_found_oldest_first_and_strangers_are_not(made, root):
    made("hc-b"), made("hc-a")
    (root / "hc-unmarked").mkdir()
    (root / "hc-file").touch()
    assert [run.id for run in find()] == ["hc-b", "hc-a"]


def test_the_only_run_needs_no_name(made):
    assert choose([made("hc-one")], None).id == "hc-one"


def test_a_run_is_chosen_by_the_beginning_of_its_id_but_an_exact_one_wins(made):
    runs = [made("hc-ab"), made("hc-abc"), made("hc-x")]
    assert choose(runs, "hc-ab").id == "hc-ab"
    assert choose(runs, "hc-x").id == "hc-x"
    with pytest.raises(Unclear, match=r"(?s)hc-ab .*hc-abc "):
        choose(runs, "hc-a")


@pytest.mark.parametrize("wanted", [None, "hc-z", ""])
def test_what_could_be_meant_is_told(made, wanted):
    runs = [made("hc-ab"), made("hc-x")]
    with pytest.raises(Unclear) as told:
        choose(runs, wanted)
    assert "hc-ab" in str(told.value)
    assert "hc-x" in str(told.value)


def test_without_a_run_the_next_step_is_told():
    with pytest.raises(Unclear, match="`up` starts one"):
        choose([], None)


def test_the_nearest_name_comes_first():
    assert there_are(["s3", "ingress", "rhc-host-1"], "rhc-host1") == "there are rhc-host-1, ingress, s3"
    assert there_are([], "x") == "there are none"


def test_a_host_that_never_got_ready_is_there_too(made):
    known = HostRecord("host-1", "c1", "hc-one-host-1", ())
    run = made(hosts=(known,), runtime="containers")
    for name in ("host-1", "host-2"):
        (run.directory / name / "files").mkdir(parents=True)
    assert run.hosts == [known, HostRecord("host-2", "", "hc-one-host-2", ())]
    with pytest.raises(Unclear, match="no host 'host-3'; there are host-"):
        run.host("host-3")
