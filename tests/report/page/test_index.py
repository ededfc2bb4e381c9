from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hopcheck.checks.verdict import Finding
from hopcheck.report.page.exchange import exchanges
from hopcheck.report.page.index import SHOWN_MESSAGES, Index
from hopcheck.report.page.logs import Line, Logs
from hopcheck.trace import Event, Trace
from tests.report.page.page_events import event, kit, request, response

Make = Callable[..., Any]
MEMBERS = ["seqs", "began", "ended", "edge", "source", "target", "lane", "host", "title", "status", "arrows"]
MEMBERS += ["weight", "size", "protocol", "contract"]
NONE = Logs((), (), {})


def index(verdict: Any, *events: Event, logs: Logs = NONE) -> Index:
    trace = Trace(list(events))
    return Index(verdict, trace, list(exchanges(trace)), verdict.findings, {}, logs)


def told(made: Index) -> tuple[dict[str, Any], list[dict[str, Any]], list[Any]]:
    about, *lines = [json.loads(line) for line in made.lines()]
    rows = [dict(zip(MEMBERS, row, strict=True)) for row in lines[: about["exchanges"]]]
    return about, rows, lines[about["exchanges"] :]


def test_an_exchange_has_its_time_lane_arrows_and_weight(make_verdict: Make) -> None:
    verdict = make_verdict(Finding("breach", "x", "y", event=5), Finding("clause", "x", "y", event=9, level="SHOULD"))
    guest = kit(1, "guest", client_id="id-1", host_name="web")
    beside = event(3, "PUBLISH", "mqtt", ends=("cloud-connector", "broker"))
    about, rows, _ = told(
        index(verdict, guest, beside, request(4, b"abc", host="id-1"), response(5, to=4), request(9, host="id-1"))
    )
    one = rows[2]
    assert one["seqs"] == [4, 5]
    assert (one["began"], one["ended"]) == (3_000_000, 4_000_000)
    assert about["lanes"][one["lane"]] == "ingress · web"
    assert one["arrows"] == [0, 4, 0, 5]
    assert [row["weight"] for row in rows] == [0, 0, 2, 1]
    assert one["size"] == 3


def test_a_server_has_one_lane_whatever_host_asks_it(make_verdict: Make) -> None:
    servers = event(1, "request", ends=("ingress", "s3"), method="PUT", path="/", headers=[])
    about, _, _ = told(index(make_verdict(), servers, request(2, host="a"), response(3, to=2), request(4, host="b")))
    assert about["lanes"] == ["ingress", "rhc · b"]


def test_lines_of_logs_are_on_the_same_clock(make_verdict: Make) -> None:
    logs = Logs(("rhc",), (Line(1_767_355_443.5, "rhc", "up", 0), Line(None, "rhc", "?", 2)), {})
    _, _, lines = told(index(make_verdict(), kit(1, "run"), logs=logs))
    assert lines == [[2_500_000, 0, "up", 0], [None, 0, "?", 2]]


def test_details_of_findings_come_first_then_arrows_ends_then_the_rest(make_verdict: Make, make_run: Make) -> None:
    run = make_run()
    many = tuple(range(100, 101 + 3 * SHOWN_MESSAGES))
    run = replace(run, arrows=(replace(run.arrows[0], events=many),))
    verdict = make_verdict(Finding("breach", "x", "y", event=202), runs=(run,))
    events = [kit(1, "run"), *(event(seq, "record", "kafka") for seq in many), request(201), response(202, to=201)]
    seqs = [json.loads(line)["seq"] for line in index(verdict, *events).details()]
    ends = [*many[:SHOWN_MESSAGES], *many[-SHOWN_MESSAGES:]]
    assert seqs[: 2 + len(ends)] == [201, 202, *ends]
    assert sorted(seqs) == [each.seq for each in events]


def test_an_empty_trace_has_an_index(make_verdict: Make) -> None:
    about, rows, lines = told(index(make_verdict(runs=())))
    assert (about["start"], rows, lines) == (None, [], [])
