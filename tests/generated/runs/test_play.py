"""One run with a message kept back, on a topology of its own: the stand-ins bear it, one with a race does not."""

import sys
from pathlib import Path

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.generated.runs.moment import hold, moment
from hopcheck.generated.runs.plan import Act, Plan, Tale
from hopcheck.generated.runs.play import Outcome, play
from hopcheck.home import CONTRACTS
from hopcheck.taps.hold import HELD, LET_GO
from hopcheck.topology.settings import Settings
from hopcheck.trace import load

RACE = hold("4.answer#1 until 11.answer#1")
RACY = (sys.executable, "-m", "fakes.faults", "remediations.stores-runs-once-they-are-dispatched")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(CONTRACTS)


def played(report: Path, judge: Judge, tale: Tale, **commands: tuple[str, ...]) -> Outcome:
    return play(Plan("a test", (tale,)), Settings(report=report, commands=commands), judge)


def test_a_race_is_found_where_the_taps_bring_it_about(judge: Judge, tmp_path: Path):
    outcome = played(tmp_path, judge, Tale("complete", 1, holds=(RACE,)), remediations=RACY)
    assert ("clause", "remediations", "SRV-106", "", "") in outcome.marks
    assert not outcome.ok
    trace = load(tmp_path / "trace.jsonl")
    [held], [let_go] = trace.where(op=HELD), trace.where(op=LET_GO)
    [answer] = [
        e for e in trace.where(edge="remediations>playbook-dispatcher", op="response") if e.attrs["status"] == 207
    ]
    # Seen first, then kept, and only with the moment let go.
    assert answer.seq < held.seq < let_go.seq
    assert let_go.attrs["came"] is True
    assert any("SRV-106" in line for line in outcome.lines())


def test_who_has_no_race_bears_it_and_a_moment_that_never_comes_is_told(judge: Judge, tmp_path: Path):
    never = Act("cancel", moment("17#99"))
    outcome = played(tmp_path, judge, Tale("complete", 1, 100_000, (Act("cut host", moment("17#1")), never), (RACE,)))
    assert outcome.findings == ()
    assert outcome.ok
    assert outcome.idle == (str(never),)
    trace = load(tmp_path / "trace.jsonl")
    assert trace.where(protocol="mqtt", op="closed", by="tap", leg="host")
    uploads = [each.payload for each in trace.where(edge="rhc>ingress", op="request")]
    assert uploads[-1] is not None
    assert uploads[-1].size > 100_000
