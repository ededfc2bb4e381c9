from types import SimpleNamespace

import pytest
from checks_scenes import complete
from checks_world import RUN

from hopcheck.checks.history import Index, body, member, query, request_id, segment


def at(told, world, tag):
    return told.history.at(world.seq(tag))


def test_exchanges_are_joined(told):
    world = complete()
    read = told(world)
    execute = at(read, world, "3")
    exchange = read.history.exchange(execute)
    assert exchange.status == 201
    assert exchange.events == [execute, at(read, world, "3/answer")]
    assert read.history.question(exchange.answered) == execute
    assert exchange.holds(at(read, world, "5"))
    assert not exchange.holds(at(read, world, "6"))


def test_unanswered_question_lasts(told):
    world = complete().without("24")
    read = told(world)
    exchange = read.history.exchange(at(read, world, "16"))
    assert (exchange.answered, exchange.status, exchange.has_ended) == (None, None, False)
    assert exchange.holds(at(read, world, "30:u2"))


@pytest.mark.parametrize(
    ("end", "ended"),
    [({"status": 2}, True), ({"status": None, "signal": 11}, True), ({"status": None, "signal": 9}, False)],
)
def test_what_is_killed_has_not_ended(told, end, ended):
    world = complete().bend("24", **end)
    read = told(world)
    assert read.history.exchange(at(read, world, "16")).has_ended is ended


def test_named_events_come_in_order(told):
    history = told(complete()).history
    asked = ("dispatcher-public.listRuns.request", "dispatcher-public.listRunHosts.request")
    seqs = [e.seq for e in history.named(*asked)]
    assert len(seqs) == 6
    assert seqs == sorted(seqs)
    assert list(history.named("mqtt.data", leg="host", target="rhc")) == list(history.arrow(6))
    assert [e.op for e in history.kit("closed")] == ["closed"]


def test_fields_of_events(told):
    world = complete()
    read = told(world)
    poll = at(read, world, "7:p1")
    assert segment(poll, "playbook_runs") == RUN
    assert segment(poll, "nowhere") is None
    assert request_id(poll) == "rid-p1"
    assert query(at(read, world, "8:p1"), "filter[labels][playbook-run]") == RUN
    assert body(None) is None
    assert member({"a": [1, {"b": 2}]}, "a", 1, "b") == 2
    assert member({"a": []}, "a", 0) is None


def test_fields_that_cannot_be_keys_are_compared_all_the_same():
    events = [SimpleNamespace(seq=seq, attrs={"args": args}) for seq, args in enumerate(([1], "a", [1], None), 1)]
    index = Index(events, ["args"])
    assert [e.seq for e in index.find(([1],))] == [1, 3]
    assert [e.seq for e in index.find(("a",))] == [2]
    assert [e.seq for e in index.find((None,))] == [4]
    assert list(index.find(([2],))) == []
    assert list(Index(events[1:2], ["args"]).find(([1],))) == []
