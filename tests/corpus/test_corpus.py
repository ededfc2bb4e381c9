"""Frozen traces, one per outcome, judged by hand; and what becomes of the good one when it is tampered with.

Those whose names begin with ``native`` were made with upstream's own daemon and worker (docs/compat.md).
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.trace import Trace, load

HERE = Path(__file__).parent
OUTCOMES = sorted(path.parent.name for path in HERE.glob("*/verdict.yaml"))


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS).judge


@pytest.fixture(scope="module")
def fleet(judge):
    trace = load(HERE / "fleet/trace.jsonl")
    return trace, {run.host_name: run for run in judge(trace).runs}


@pytest.fixture(scope="module")
def complete():
    return load(HERE / "complete/trace.jsonl")


def numbers(ranges):
    out = set()
    for each in ranges:
        first, _, last = str(each).partition("-")
        out |= set(range(int(first), int(last or first) + 1))
    return out


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_kit_judges_as_a_person_did(judge, outcome):
    by_hand = yaml.safe_load((HERE / outcome / "verdict.yaml").read_text())
    verdict = judge(load(HERE / outcome / "trace.jsonl"))
    assert (verdict.verdict, verdict.messages["observed"]) == (by_hand["verdict"], by_hand["observed"])
    validated = by_hand.get("validated", by_hand["observed"])
    assert verdict.messages == {"observed": by_hand["observed"], "validated": validated, "unmapped": 0}
    found = [[each.clause, each.role, each.expected.partition(":")[0]] for each in verdict.findings]
    assert found == by_hand.get("findings", [])
    assert [(run.label, run.outcome) for run in verdict.runs] == [(r["label"], r["outcome"]) for r in by_hand["runs"]]
    for run, expected in zip(verdict.runs, by_hand["runs"], strict=True):
        assert run.host_name == expected.get("host")
        counts = {arrow.number: arrow.count for arrow in run.arrows}
        assert {a.number for a in run.arrows if a.state in ("seen", "derived")} == numbers(expected["seen"])
        assert {number: counts[number] for number in expected["counts"]} == expected["counts"]
    for state, clauses in by_hand["clauses"].items():
        assert {clause: verdict.clauses[clause].state for clause in clauses} == dict.fromkeys(clauses, state)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nothing_of_the_recording_machine_is_in_a_trace(outcome):
    text = (HERE / outcome / "trace.jsonl").read_text()
    # Folders of people and of build machines, keys, and addresses of private networks.
    assert not re.search(r"/(root|home|work|srv|mnt)/|PRIVATE KEY|\b(10|192\.168)\.\d+\.\d+", text)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_judging_again_gives_the_same(judge, outcome):
    path = HERE / outcome / "trace.jsonl"
    assert judge(load(path)).as_dict() == judge(load(path)).as_dict()


def renumbered(events):
    """The events in a new order of the same instants: what a tap would have written had they happened so."""
    times = sorted((event.t, event.wall) for event in events)
    return Trace(
        [
            replace(event, seq=seq, t=t, wall=wall, began=min(event.began, t))
            for seq, (event, (t, wall)) in enumerate(zip(events, times, strict=True), 1)
        ]
    )


# Arrows with two sightings: the one that has its place in the order.
PLACED = {6: {"leg": "host"}, 17: {"protocol": "http"}, 25: {"protocol": "http"}}


def first_event(judge, trace, number):
    (run,) = judge(trace).runs
    mine = set(run.arrows[number - 1].events)
    return next(event for event in trace.where(**PLACED.get(number, {})) if event.seq in mine)


@pytest.mark.parametrize(
    ("first", "then"), [(3, 4), (4, 5), (5, 6), (6, 11), (11, 14), (14, 16), (16, 22), (24, 25), (27, 29)]
)
def test_two_ordered_arrows_exchanged_are_not_accepted(judge, complete, first, then):
    one, other = first_event(judge, complete, first), first_event(judge, complete, then)
    places = {one.seq: other, other.seq: one}
    verdict = judge(renumbered([places.get(event.seq, event) for event in complete]))
    assert verdict.verdict == "fail"
    assert {finding.arrow for finding in verdict.findings} & {first, then}


@pytest.mark.parametrize("number", [n for n in range(1, 31) if n != 26])
def test_an_arrow_whose_events_are_removed_is_not_accepted(judge, complete, number):
    (run,) = judge(complete).runs
    gone = set(run.arrows[number - 1].events)
    verdict = judge(renumbered([event for event in complete if event.seq not in gone]))
    assert verdict.verdict != "pass"


# What a host alone can do: arrows of the fleet's two hosts that ran, each moved to the other.
@pytest.mark.parametrize("number", [1, 2, 6, 11, 12, 13, 14, 15, 16, 24, 25])
@pytest.mark.parametrize(("source", "target"), [("web", "files"), ("files", "web")])
def test_an_arrow_that_another_host_is_said_to_have_sent_is_missing(judge, fleet, number, source, target):
    trace, runs = fleet
    gone, there = set(runs[source].arrows[number - 1].events), runs[target].host
    moved = [seen_on(event, there) if event.seq in gone and event.host else event for event in trace]
    verdict = judge(Trace(moved))
    after = {run.host_name: run for run in verdict.runs}
    assert after[source].arrows[number - 1].state in ("missing", "forbidden")
    assert not verdict.ok(after[source])
    assert verdict.verdict == "fail"


@pytest.mark.parametrize("source", ["web", "files"])
def test_everything_of_one_host_is_not_anothers(judge, fleet, source):
    trace, runs = fleet
    target = {"web": "files", "files": "web"}[source]
    there, here = runs[target].host, runs[source].host
    verdict = judge(Trace([seen_on(event, there) if event.host == here else event for event in trace]))
    assert {run.host_name: verdict.ok(run) for run in verdict.runs} == {source: False, target: False, "mail": True}


def seen_on(event, host):
    """The event as another host's tap would have told it."""
    attrs = event.attrs
    if attrs.get("tls"):
        attrs = {**attrs, "tls": {**attrs["tls"], "client_cn": host}}
    elif attrs.get("leg") == "host":
        attrs = {**attrs, "client_id": host}
    return replace(event, host=host, tap=event.tap.replace(str(event.host), host), attrs=attrs)


def test_an_invented_message_is_not_accepted(judge, complete):
    upload = first_event(judge, complete, 17)
    stranger = replace(
        upload, attrs={**upload.attrs, "method": "DELETE", "path": "/api/ingress/v1/upload"}, exchange="invented"
    )
    events = list(complete)
    verdict = judge(renumbered([*events[: upload.seq], stranger, *events[upload.seq :]]))
    assert verdict.verdict == "fail"
    assert verdict.messages["unmapped"] == 1


def test_a_trace_cut_off_in_the_middle_blames_nobody(judge, complete):
    verdict = judge(Trace(list(complete)[:200]))
    assert verdict.verdict == "error"
