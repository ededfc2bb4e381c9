from __future__ import annotations

from itertools import islice
from pathlib import Path

from hopcheck.bench.growth import again, grow, sent
from hopcheck.trace import load

STORED = Path(__file__).parents[1] / "corpus" / "complete" / "trace.jsonl"


def test_the_same_events_as_new_exchanges():
    trace = load(STORED)
    known = [event for event in trace if event.protocol != "kit"]
    drafts = list(islice(again(known), len(known) + 1))
    assert [draft.op for draft in drafts] == [event.op for event in (*known, known[0])]
    assert drafts[0].attrs == drafts[-1].attrs
    assert drafts[0].attrs is not drafts[-1].attrs
    exchanges = {draft.exchange for draft in drafts if draft.exchange}
    assert {event.exchange for event in known}.isdisjoint(exchanges)


def test_an_identity_is_what_was_sent():
    headers = [["x-rh-identity", {"digest": "hmac:1", "decoded": {"a": 1}}], ["host", "x"]]
    assert sent({"headers": headers}) == {"headers": [["x-rh-identity", "eyJhIjoxfQ=="], ["host", "x"]]}


def test_memory_is_told_from_before_the_first_to_after_the_last(tmp_path):
    kb = grow(STORED, tmp_path / "grown", 40, 4)
    assert len(kb) == 5
    assert (tmp_path / "grown" / "trace.jsonl").read_bytes().count(b"\n") == 40
