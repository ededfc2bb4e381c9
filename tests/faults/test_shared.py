from types import SimpleNamespace

import pytest

from hopcheck.checks.generation import PRESENT
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.faults import shared
from hopcheck.faults.catalogue import Expected
from hopcheck.faults.shared import BEGINS, Shares
from hopcheck.trace import Event, Trace


def event(seq, op="PUBLISH", protocol="mqtt", host=None, **attrs):
    return Event(
        seq=seq,
        t=seq,
        began=seq,
        wall="2026-01-01T00:00:00+00:00",
        tap="tap",
        edge="rhc<>cloud-connector",
        protocol=protocol,
        op=op,
        source="rhc",
        target="broker",
        exchange=None,
        host=host,
        attrs=attrs,
        payload=None,
    )


TRACE = Trace(
    [
        event(1),
        event(2, BEGINS, "kit", fault="rhc.first"),
        event(3, host="one"),
        event(4, BEGINS, "kit", fault="rhc.second"),
        event(5, host="two"),
        event(6, host="one"),
        event(7),
    ]
)


@pytest.mark.parametrize(
    ("finding", "fault"),
    [
        ({"run": "rhc.second", "event": 3}, "rhc.second"),
        ({"host": "one", "event": 6}, "rhc.first"),
        ({"event": 7}, "rhc.second"),
        ({"event": 1}, "rhc.first"),
        ({}, None),
    ],
)
def test_a_finding_belongs_to_the_run_to_the_host_or_to_the_time(finding, fault):
    assert Shares(TRACE).of(Finding("clause", "this", "that", **finding)) == fault


def test_a_server_side_that_does_not_come_up_catches_nothing(tmp_path, monkeypatch):
    class Broken:
        def __init__(self, settings):
            (settings.report).mkdir(parents=True)
            (settings.report / "trace.jsonl").write_text("")

        def __enter__(self):
            raise shared.StartError("no broker\n  broker| its last words")

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(shared, "Stage", Broken)
    monkeypatch.setattr(shared, "load", lambda _: Trace([]))
    lost = Finding("lost", "a broker", "none", role="broker")
    verdict = Verdict("process", {}, (), {}, {}, {}, (lost,))
    judge = SimpleNamespace(judge=lambda _: verdict, catalogue={}, of=lambda _: judge)
    monkeypatch.setattr(shared, "the_judge", lambda: judge)
    names = Expected("clause", "rhc", clause="H-001")
    fault = SimpleNamespace(id="rhc.first", role="rhc", case=None, fresh=False, caught_by=names, generation=PRESENT)
    [told] = shared.play_together([fault], tmp_path)
    assert (told.finding, told.trouble) == (None, "no broker")
    # It is nobody's by run, host or time, and is not lost for that.
    assert told.blamed == ["broker"]
    assert told.diagnosis.role == "broker"


def test_a_faults_part_of_the_trace_is_its_time():
    assert [each.seq for each in Shares(TRACE).part("rhc.second")] == [4, 5, 6, 7]
    assert [each.seq for each in Shares(TRACE).part("rhc.first")] == [1, 2, 3]
    assert len(Shares(TRACE).part("another")) == len(TRACE)


@pytest.mark.parametrize(
    ("faults", "shared_by"),
    [
        (["rhc.a", "insights-client.b", "s3.c"], [["rhc.a", "insights-client.b"], ["s3.c"]]),
        (["s3.a", "s3.fresh", "s3.b"], [["s3.fresh"], ["s3.a", "s3.b"]]),
        (["rhc.a case", "rhc.b"], [["rhc.b"], ["rhc.a case"]]),
        (["rhc.a", "rhc.old", "rhc.b"], [["rhc.a", "rhc.b"], ["rhc.old"]]),
        (["s3.a", "ingress.b", "s3.c"], [["ingress.b"], ["s3.a", "s3.c"]]),
        ([f"rhc.{n}" for n in range(26)], [[f"rhc.{n}" for n in range(25)], ["rhc.25"]]),
    ],
)
def test_who_shares_a_topology(faults, shared_by):
    made = [
        SimpleNamespace(
            id=name,
            role=name.partition(".")[0],
            case=name.partition(" ")[2] or None,
            fresh="fresh" in name,
            generation="rhel-8-9" if "old" in name else PRESENT,
        )
        for name in faults
    ]
    assert [[each.id for each in part] for part in shared.parts(made)] == shared_by


def test_after_trouble_the_rest_gets_a_new_topology(tmp_path, monkeypatch):
    played = []

    def on_one(left, report):
        played.append((report.name, [each.id for each in left]))
        return [each.id for each in left[:2]]

    monkeypatch.setattr(shared, "_on_one", on_one)
    faults = [SimpleNamespace(id=f"rhc.{n}") for n in range(3)]
    assert shared.play_together(faults, tmp_path) == ["rhc.0", "rhc.1", "rhc.2"]
    assert played == [("rhc.0", ["rhc.0", "rhc.1", "rhc.2"]), ("rhc.2", ["rhc.2"])]
