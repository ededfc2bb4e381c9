"""A good run in which messages are what nobody should send: one verdict, the same each time, and a page of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from hopcheck.checks.judge import Judge
from hopcheck.flow import parse
from hopcheck.generated.messages import KAFKA, LINES, MQTT
from hopcheck.home import CONTRACTS
from hopcheck.report.html import page
from hopcheck.report.junit import junit
from hopcheck.trace import Payload, Trace, load

CORPUS = Path(__file__).parents[2] / "corpus/complete/trace.jsonl"
MOST = 12
"""Messages that are altered at a time."""


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture(scope="module")
def complete():
    return load(CORPUS).events


def test_a_run_with_any_messages_in_it(generated, put, judge, complete):
    carrying = [event.seq for event in complete if event.payload is not None and event.protocol != "kit"]
    payloads = [(MQTT, generated.names(MQTT)), (KAFKA, generated.names(KAFKA)), (LINES, generated.names(LINES))]
    any_of = st.one_of([generated.any_of(protocol, *names) for protocol, names in payloads])
    places = st.lists(st.sampled_from(carrying), min_size=MOST, max_size=MOST)
    diagram = parse((CONTRACTS / "flow.mmd").read_text())
    told = []

    def seen(messages):
        where = dict(zip(told[-1], messages, strict=False))
        trace = Trace([replace(e, payload=Payload(where[e.seq].data)) if e.seq in where else e for e in complete])
        first, second = judge.judge(trace), judge.judge(trace)
        assert first.summary() == second.summary()
        assert first.verdict in ("pass", "fail")
        junit(first)
        page(first, trace, diagram, catalogue=judge.catalogue)

    def remembered(drawn):
        told.append(drawn[0])
        return drawn[1]

    lists = st.tuples(places, st.lists(any_of, min_size=MOST, max_size=MOST)).map(remembered)
    put("all", "a run is judged twice and shown", lists, seen, 8)
