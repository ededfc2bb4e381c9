from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.live.state import RunState
from hopcheck.live.watched import Watched
from hopcheck.trace import load
from tests.live.written import CORPUS, Written

Watch = Callable[[Written], Watched]
WRONG = {"missing", "forbidden", "breach"}


def states(run: RunState) -> dict[int, str]:
    return {arrow.number: arrow.state for arrow in run.arrows}


def test_nothing_is_there_before_anything_was_expected(written: Written, watched: Watched) -> None:
    assert watched.state().runs == ()
    written.upto(written.before("expect"))
    state = watched.state()
    assert (state.runs, state.trace.events, state.trace.verdict) == ((), written.count, None)


def test_arrows_turn_from_pending_to_seen_and_then_to_their_verdict(written: Written, watched: Watched) -> None:
    written.upto(written.before("stimulus") + 1)
    (run,) = watched.state().runs
    assert (states(run)[1], states(run)[3], run.met, run.newest, run.verdict) == ("seen", "pending", 2, None, None)
    written.upto(len(written.lines) // 2)
    (run,) = watched.state().runs
    assert set(states(run).values()) == {"seen", "pending"}
    assert run.elapsed_s is not None
    assert 0 < run.met < run.demanded == 30
    written.upto()
    state = watched.state()
    (run,) = state.runs
    assert (run.met, run.verdict, state.trace.verdict, state.trace.closed) == (30, "pass", "pass", True)
    assert {number for number, state in states(run).items() if state == "derived"} == {26}


@pytest.mark.parametrize("name", ["complete", "failed", "busy", "refused", "native-complete"])
def test_a_good_run_shows_nothing_wrong_at_any_moment(tmp_path: Path, watch: Watch, name: str) -> None:
    written = Written(tmp_path / "report", name)
    watched = watch(written)
    for count in (*range(0, len(written.lines), 20), None):
        written.upto(count)
        for run in watched.state().runs:
            assert not WRONG & set(states(run).values()), (written.count, run.findings)
            assert not [each for each in run.findings if each.fails], written.count


def test_the_beginning_of_a_whole_trace_is_what_it_was_then(tmp_path: Path, watch: Watch) -> None:
    grown, whole = Written(tmp_path / "grown"), Written(tmp_path / "whole")
    grown.upto(len(grown.lines) // 2)
    whole.upto()
    then, of_whole = watch(grown).state(), watch(whole)
    now = of_whole.state(then.trace.length_ms)
    assert now.trace.events >= then.trace.events
    assert of_whole.state(now.trace.length_ms) == of_whole.state()
    assert now.trace.total == len(whole.lines)
    assert now.trace.verdict is None
    assert {k: v for k, v in states(then.runs[0]).items() if v == "seen"}.items() <= states(now.runs[0]).items()


def test_an_arrow_that_never_came_is_missing_once_the_trace_is_closed(written: Written, watched: Watched) -> None:
    written.without(lambda e: e["edge"] == "ingress>playbook-dispatcher")
    written.upto(written.before("closed"))
    before = states(watched.state().runs[0])
    written.upto()
    state = watched.state()
    assert (before[19], states(state.runs[0])[19], state.trace.verdict) == ("pending", "missing", "fail")
    assert any(each.arrow == 19 and each.kind == "missing" for each in state.trace.findings)


def test_the_verdict_is_the_judges(written: Written, watched: Watched, judge: Judge) -> None:
    written.without(lambda e: e["edge"] == "ingress>playbook-dispatcher")
    written.upto()
    verdict, state = judge.judge(load(written.path)), watched.state()
    assert [(each.kind, each.expected) for each in state.trace.findings] == [
        (each.kind, each.expected) for each in verdict.findings
    ]
    assert [(run.label, run.met) for run in state.runs] == [(run.label, run.met) for run in verdict.runs]


def test_a_breach_shows_at_once(tmp_path: Path, watch: Watch) -> None:
    written = Written(tmp_path / "report", "native-0.2.10-complete")
    written.upto(len(written.lines) - 20)
    (run,) = watch(written).state().runs
    assert states(run)[16] == "breach"
    assert {(each.arrow, each.clause) for each in run.findings} == {(16, "H-059")}


def test_runs_on_several_systems_have_keys_of_their_own(tmp_path: Path, watch: Watch) -> None:
    written = Written(tmp_path / "report", "fleet")
    written.upto()
    state = watch(written).state()
    assert [run.place for run in state.runs] == ["web", "mail", "files"]
    assert len(set(state.trace.runs)) == 3
    assert len({key.split("/")[0] for key in state.trace.runs}) == 1


def test_another_trace_takes_the_place_of_the_first(written: Written, watched: Watched) -> None:
    written.upto()
    first = watched.state().trace
    other = (CORPUS / "not_connected/trace.jsonl").read_bytes()
    written.path.write_bytes(other)
    then = watched.state().trace
    assert (first.generation, then.generation) == (1, 2)
    assert then.total == len(other.splitlines())


def test_evidence_is_events_and_once_closed_clauses(written: Written, watched: Watched) -> None:
    written.upto(written.before("closed"))
    (key,) = watched.state().trace.runs
    events, clauses = watched.evidence(key, 6)
    assert {event.edge for event in events} == {"rhc<>cloud-connector"}
    assert clauses == ()
    written.upto()
    events, clauses = watched.evidence(key, 6)
    assert clauses
    assert {state for _, state in clauses} == {"pass"}
    for wrong in ((key, 31), ("nobody", 6)):
        with pytest.raises(KeyError):
            watched.evidence(*wrong)


def test_a_report_of_an_earlier_run_is_not_this_ones(written: Written, watched: Watched) -> None:
    page = written.path.parent / "index.html"
    page.write_text("earlier")
    written.upto(10)
    assert not watched.state().trace.report
    written.upto()
    assert not watched.state().trace.report
    page.write_text("this one")
    assert watched.state().trace.report
