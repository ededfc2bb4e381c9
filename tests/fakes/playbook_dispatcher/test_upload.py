from __future__ import annotations

import gzip
import json
import lzma
from typing import Any
from uuid import uuid4

import pytest

from fakes.playbook_dispatcher.upload import Lost, Rejected, correlation_id, decompress, keep_known, parse

RUN = str(uuid4())
START = {
    "event": "executor_on_start",
    "uuid": str(uuid4()),
    "counter": -1,
    "start_line": 0,
    "end_line": 0,
    "event_data": {"crc_dispatcher_correlation_id": RUN},
}
LINE = json.dumps(START).encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_content_decides_the_compression(pack: Any) -> None:
    assert decompress(pack(LINE)) == LINE


@pytest.mark.parametrize("content", [b"", b"x", gzip.compress(LINE, mtime=0)[:-9], b"\xfd7zXZ\x00junk"])
def test_lost(content: bytes) -> None:
    with pytest.raises(Lost):
        decompress(content)


def test_blank_lines_and_more_attributes_are_fine() -> None:
    assert parse(b"\n" + LINE + b"\n \n" + json.dumps(START | {"more": 1}).encode() + b"\n", "playbook") == [
        START,
        START | {"more": 1},
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"1",
        b"[" * 300 + b"]" * 300,
        LINE[:-1] + b', "stdout": ' + b"[" * 300 + b"]" * 300 + b"}",
        *(
            json.dumps(START | change).encode()
            for change in (
                {"event": "ab"},
                {"event": "x" * 51},
                {"counter": "1"},
                {"start_line": -1},
                {"stdout": 1},
                {"event_data": {"host": None}},
                {"event_data": {"playbook": ""}},
                {"uuid": None},
            )
        ),
        *(
            json.dumps({k: v for k, v in START.items() if k != name}).encode()
            for name in ("event", "uuid", "counter", "start_line", "end_line")
        ),
    ],
)
def test_one_bad_line_rejects_all(line: bytes) -> None:
    with pytest.raises(Rejected, match="line 2"):
        parse(LINE + b"\n" + line, "playbook")


def test_no_events() -> None:
    with pytest.raises(Rejected):
        parse(b"\n \n", "playbook")


def test_correlation_id() -> None:
    other = START | {"event_data": {}}
    assert correlation_id([other, START], "playbook") == RUN
    for events in (
        [other],
        [START | {"event": "verbose"}],
        [START | {"event_data": {"crc_dispatcher_correlation_id": "x"}}],
    ):
        with pytest.raises(Rejected):
            correlation_id(events, "playbook")
    assert correlation_id([{"correlation_id": RUN}], "playbook-sat") == RUN


def test_only_known_attributes_travel() -> None:
    event = START | {"stdout": None, "more": 1, "event_data": {"host": "h", "task": "t"}}
    kept = keep_known(event, "playbook")
    assert kept["event_data"] == {"host": "h"}
    assert sorted(kept) == ["counter", "end_line", "event", "event_data", "start_line", "uuid"]


def test_satellite_lines() -> None:
    line = {"type": "playbook_run_update", "version": 3, "correlation_id": RUN, "sequence": 0}
    assert parse(json.dumps(line).encode(), "playbook-sat") == [line]
    with pytest.raises(Rejected):
        parse(json.dumps(line | {"version": 2}).encode(), "playbook-sat")
