from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from hopcheck.checks.contracts.breach import Breach
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.rule import Rule
from hopcheck.checks.judge import Judge
from hopcheck.faults.derived import Derived, main
from hopcheck.faults.derived.arrows import AGAIN, DROPPED, EARLY, STALE, Arrows
from hopcheck.faults.derived.basis import basis
from hopcheck.faults.derived.command import table
from hopcheck.faults.derived.messages import Messages, TraceError
from hopcheck.faults.derived.played import Played
from hopcheck.home import CONTRACTS
from hopcheck.trace import Trace, load

CORPUS = Path(__file__).parents[1] / "corpus"
COMPLETE = CORPUS / "complete" / "trace.jsonl"


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture
def messages(judge):
    return Messages(judge, Documents(CONTRACTS, wire=True))


@pytest.fixture(scope="module")
def run(judge):
    return basis(judge, load(COMPLETE))


def test_every_forbidden_message_is_caught_and_rightly_blamed(messages):
    found = [each for name in ("complete", "busy", "refused") for each in _played(messages, name)]
    assert [each.told for each in found if not each.rightly] == []
    least = {"type": 800, "member dropped": 200, "member renamed": 200, "status": 60, "format": 100, "value": 80}
    counted = Counter(each.kind for each in found)
    assert {kind: counted[kind] >= count for kind, count in least.items()} == dict.fromkeys(least, True)
    roles = {each.role for each in found}
    assert roles - {None} >= messages.judge.hops.roles


def _played(messages, name):
    return list(messages.play(load(CORPUS / name / "trace.jsonl")))


def test_an_alteration_is_made_once(messages):
    assert _played(messages, "not_connected")
    assert _played(messages, "not_connected") == []


def test_messages_without_a_specimen_are_told(messages):
    before = messages.lacking
    _played(messages, "complete")
    assert "dispatcher-internal.dispatchV2.request" in before
    assert "dispatcher-internal.dispatchV2.request" not in messages.lacking
    assert {"dispatcher-internal.cancelV2.request", "mqtt.dataOut"} <= set(messages.lacking)
    assert "remediations.runRemediation.500" not in before  # nobody can provoke it


def test_messages_that_nobody_knows_are_unmapped_for_the_judge_too(messages, judge):
    trace = load(COMPLETE)
    unknown = {}
    for each in messages.derive(trace):
        if judge.contracts.find(each.event, each.opened) is None:
            unknown.setdefault((each.event.protocol, each.event.op), each)
    assert {protocol for protocol, _ in unknown} == {"http", "dbus", "mqtt", "process"}
    for each in unknown.values():
        events = [each.event if event.seq == each.event.seq else event for event in trace]
        findings = judge.judge(Trace(events)).findings
        (found,) = [f for f in findings if f.kind == "unmapped" and f.event == each.event.seq]
        assert messages.judged(each)[:2] == (True, frozenset({found.role})), each.where


def test_a_trace_with_a_breach_is_no_basis(messages):
    trace = load(COMPLETE)
    at = next(number for number, event in enumerate(trace) if event.op == "PUBLISH" and event.source == "rhc")
    event = trace.events[at]
    trace.events[at] = replace(event, attrs={**event.attrs, "retain": True})
    with pytest.raises(TraceError, match=r"publish\.retain"):
        list(messages.play(trace))


def test_every_forbidden_arrow_is_caught_and_rightly_blamed(judge, run):
    found = list(Arrows(judge, run).play())
    assert [each.told for each in found if not each.rightly] == []
    dropped = {int(each.where) for each in found if each.kind == DROPPED}
    # 21 may stay unanswered where 20 is tried again, 26 has no transfer of its own.
    assert dropped == set(range(1, 31)) - {21, 26}


def test_only_what_the_diagram_fixes_is_derived_from_arrows(judge, run):
    derived = list(Arrows(judge, run).derive())
    where = {kind: {each.where for each in derived if each.kind == kind} for kind in (AGAIN, EARLY, STALE)}
    assert where[AGAIN] == {"3", "4", "5", "11", "13", "14", "16", "22", "23"}
    assert {"4 before 3", "13 before 12", "18 before 17", "27 before 25"} <= where[EARLY]
    # The monitor of the bus lags, an answer follows its question, uploads do not wait for verification.
    assert not {"14 before 13", "12 before 11", "17 before 16", "29 before 28"} & where[EARLY]
    assert {"16 correlation id", "10 run id", "18 request id"} <= where[STALE]
    # Whoever gives an id may give another.
    assert not {"5 correlation id", "17 request id"} & where[STALE]


def test_a_run_that_is_not_complete_is_no_basis(judge):
    with pytest.raises(TraceError, match="is refused"):
        basis(judge, load(CORPUS / "refused" / "trace.jsonl"))
    with pytest.raises(TraceError, match="no run"):
        basis(judge, Trace([]))


def test_several_hosts_are_no_basis(judge):
    with pytest.raises(TraceError):
        basis(judge, load(CORPUS / "fleet" / "trace.jsonl"))


@pytest.fixture
def own():
    """With a judge of its own, which remembers what is said to it to be good."""
    return Messages(Judge(CONTRACTS), Documents(CONTRACTS, wire=True))


def test_a_judge_that_sees_nothing_is_found_out(own, monkeypatch):
    monkeypatch.setattr(Rule, "breaches", lambda *_: [])
    kinds = {each.kind for each in _played(own, "not_connected") if not each.caught}
    assert {"type", "member dropped", "member renamed", "value", "format", "pattern", "limit"} <= kinds


def test_a_judge_that_blames_another_is_found_out(own, monkeypatch):
    wrong = Breach("x", "x", "x", "x", (), "bystander")
    monkeypatch.setattr(Rule, "breaches", lambda rule, value, *_: [] if rule.is_valid(value) else [wrong])
    found = [each for each in _played(own, "not_connected") if each.kind == "format"]
    assert any(each.blamed == {"bystander"} and not each.rightly for each in found)


def test_a_judge_that_finds_nothing_in_a_run_is_found_out(judge, run):
    class Blind(Judge):
        def __init__(self):
            self.__dict__.update(judge.__dict__)
            self.good = judge.judge(Trace(run.events))

        def judge(self, _):
            return self.good

    assert not any(each.caught for each in Arrows(Blind(), run).play())


def test_the_table_tells_what_got_away():
    found = [
        Played("type", "a.b", "rhc", True, frozenset({"rhc", "s3"})),
        Played("type", "a.c", "rhc", False, frozenset()),
        Played("value", "a.d", None, True, frozenset({"s3"})),
    ]
    lines = list(table(found))
    assert [line.split() for line in lines[1:3]] == [["type", "2", "1", "1"], ["value", "1", "1", "0"]]
    assert [line.strip() for line in lines[3:]] == [
        "type: a.c [rhc]: not caught",
        "value: a.d [nobody]: blamed s3",
    ]


def test_main(capsys, monkeypatch):
    monkeypatch.setattr(Arrows, "play", lambda self: iter(()))
    assert main([COMPLETE, CORPUS / "not_connected" / "trace.jsonl"]).status == 0
    out = capsys.readouterr().out
    assert "not seen, so not altered:" in out
    count = sum(int(line.split()[-3]) for line in out.splitlines()[1:] if line[-1:].isdigit())
    assert f"{count} of {count} derived faults caught and rightly blamed" in out


def test_main_tells_the_clauses_that_only_a_contract_judges_and_a_derived_fault_broke(capsys, monkeypatch, judge):
    found = {
        "rightly": Played("type", "a", "rhc", True, frozenset({"rhc"}), frozenset({"H-018", "SRV-073"})),
        "another's": Played("type", "b", "rhc", True, frozenset({"s3"}), frozenset({"STO-04"})),
    }
    monkeypatch.setattr(Messages, "play", lambda *_: iter(found.values()))
    monkeypatch.setattr(Arrows, "play", lambda self: iter(()))
    judged = {name: judge.catalogue[name].judged for name in ("H-018", "SRV-073", "STO-04")}
    assert main([COMPLETE]).clauses == {name for name in ("H-018", "SRV-073") if judged[name] == "contract"}
    assert set(judged.values()) >= {"contract", "relation"}


def test_main_ends_with_1_where_one_gets_away(capsys, monkeypatch):
    monkeypatch.setattr(Messages, "play", lambda *_: iter(()))
    monkeypatch.setattr(Arrows, "play", lambda self: iter([Played("arrow dropped", "4", "rhc", False, frozenset())]))
    assert main([COMPLETE]).status == 1
    assert "arrow dropped: 4 [rhc]: not caught" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["refused/trace.jsonl", "none.jsonl"])
def test_main_refuses_what_is_no_basis(name, capsys, monkeypatch):
    monkeypatch.setattr(Messages, "play", lambda *_: iter(()))
    assert main([CORPUS / name]) == Derived(2)
    assert str(CORPUS / name) in capsys.readouterr().err
