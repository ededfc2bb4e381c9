from types import SimpleNamespace

import pytest

from hopcheck.checks.verdict import Finding
from hopcheck.faults import fleet
from hopcheck.faults.fleet import BEGINS, Shares
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
        ({"event": 1}, None),
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
            raise fleet.StartError("no broker\n  broker| its last words")

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(fleet, "Stage", Broken)
    monkeypatch.setattr(fleet, "load", lambda _: Trace([]))
    fault = SimpleNamespace(id="rhc.first", role="rhc", caught_by=None)
    [told] = fleet.play_fleet([fault], tmp_path)
    assert (told.finding, told.trouble) == (None, "no broker")
