from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.conform.diff.difference import Diff, Difference
from hopcheck.conform.diff.pair import compare
from hopcheck.conform.diff.played import START, DiffError, read
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import ROLES

sys.path.insert(0, str(Path(__file__).parent))

from diff_traces import Change, Line, kit, lines_of, renamed, store, stored

Against = Callable[..., Diff]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture
def against(judge: Judge, tmp_path: Path) -> Against:
    """A story of the corpus compared with itself as changed, for one role."""

    def compared(name: str, role: str, change: Change) -> Diff:
        one, other = stored(tmp_path / f"{role}-a", name, role), stored(tmp_path / f"{role}-b", name, role, change)
        return compare(read(one, judge), read(other, judge))

    return compared


def told(diff: Diff) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(d.sign, d.what, d.place, d.stand_in, d.component) for item in diff.items for d in item.differences]


@pytest.mark.parametrize("name", ["complete", "failed", "busy", "not_connected"])
@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("s3", "ingress", "remediations")])
def test_other_identifiers_make_no_difference(against: Against, role: str, name: str) -> None:
    assert told(against(name, role, renamed)) == []


def seen(what: dict[str, Any], change: Change) -> Change:
    """Changes the lines whose fields or attributes are all as given."""

    def changed(line: Line) -> Line | None:
        fields = {**line["attrs"], **line}
        return change(line) if all(fields.get(name) == value for name, value in what.items()) else line

    return changed


def attr(name: str, value: Any) -> Change:
    return lambda line: {**line, "attrs": {**line["attrs"], name: value}}


def body(**members: Any) -> Change:
    def changed(line: Line) -> Line:
        text = json.dumps({**json.loads(line["payload"]["text"]), **members})
        return {**line, "payload": {**line["payload"], "text": text, "size": len(text)}}

    return changed


STRANGER = "00000000-0000-4000-8000-000000000000"
UPLOAD = {"edge": "rhc>ingress", "op": "response"}
ANNOUNCED = {"topic": "platform.upload.announce"}
DISPATCH = {"edge": "rhc<>rhc-worker-playbook", "member": "Dispatch", "op": "call"}


@pytest.mark.parametrize(
    ("role", "what", "change", "difference"),
    [
        ("ingress", UPLOAD, attr("status", 200), ("~", "ingress.upload.response", "status", "202", "200")),
        ("ingress", UPLOAD, attr("headers", []), ("-", "ingress.upload.response", "header", "with 4 members", None)),
        ("ingress", ANNOUNCED, attr("key", "1979710"), ("~", "kafka.announce", "key", "null", '"1979710"')),
        ("ingress", ANNOUNCED, body(more=1), ("+", "kafka.announce", "value.more", None, "1")),
        ("ingress", ANNOUNCED, body(category={"a": 1, "b": 2}), ("+", "kafka.announce", "value.category.a", None, "1")),
        (
            "ingress",
            ANNOUNCED,
            body(request_id=STRANGER),
            ("~", "kafka.announce", "value.request_id", ..., '"<uuid new>"'),
        ),
        ("ingress", ANNOUNCED, body(timestamp="now"), ("~", "kafka.announce", "value.timestamp", ..., '"now"')),
        ("ingress", ANNOUNCED, lambda _: None, ("-", "kafka.announce", "", ..., None)),
        ("rhc", {"source": "rhc", "op": "SUBSCRIBE"}, lambda _: None, ("-", "mqtt.subscribe", "", ..., None)),
        ("rhc", {"source": "rhc", "op": "CONNECT"}, attr("clean_session", False), ("~", "mqtt.connect", ..., ..., ...)),
        (
            "rhc",
            DISPATCH,
            attr("args", ["x", STRANGER, "", {}, ""]),
            ("~", "dbus.Worker1.Dispatch.call", ..., ..., ...),
        ),
        ("rhc", {"edge": "rhc>ingress", "op": "request"}, attr("method", "PUT"), ("-", ..., "", ..., None)),
        (
            "rhc-worker-playbook",
            {"program": "ansible_runner", "op": "spawn"},
            attr("cwd", "/srv"),
            ("~", "process.ansibleRunner.spawn", "cwd", ..., '"/srv"'),
        ),
        (
            "cloud-connector",
            {"edge": "playbook-dispatcher>cloud-connector", "op": "response", "status": 201},
            body(id=STRANGER),
            ("~", "cloud-connector.sendMessageV2.response", "body.id", ..., '"<uuid new>"'),
        ),
    ],
)
def test_each_of_these_shows(
    against: Against, role: str, what: dict[str, Any], change: Change, difference: tuple[Any, ...]
) -> None:
    found = told(against("complete", role, seen(what, change)))
    assert any(all(w is ... or w == g for w, g in zip(difference, got, strict=True)) for got in found), found


def test_an_identifier_that_two_messages_have_exchanged_shows(judge: Judge, tmp_path: Path) -> None:
    def answers(first: str, second: str) -> list[Line]:
        lines = [kit("item", name="two uploads")]
        for number, answer in enumerate((first, second), 1):
            asked = f"{number:08}-0000-4000-8000-000000000000"
            edge = {"protocol": "http", "edge": "rhc>ingress", "tap": "http", "exchange": str(number)}
            headers = [["x-rh-insights-request-id", asked]]
            method = {"method": "POST", "target": "/", "path": "/", "query": [], "tls": None, "complete": True}
            lines.append(
                {**edge, "op": "request", "source": "rhc", "target": "ingress", "attrs": {**method, "headers": headers}}
            )
            told = {"status": 202, "headers": [["x-rh-insights-request-id", answer]], "complete": True}
            lines.append({**edge, "op": "response", "source": "ingress", "target": "rhc", "attrs": told})
        return lines

    one, two = "00000001-0000-4000-8000-000000000000", "00000002-0000-4000-8000-000000000000"
    right = store(tmp_path / "a", answers(one, two), "ingress")
    wrong = store(tmp_path / "b", answers(two, one), "ingress")
    found = told(compare(read(right, judge), read(wrong, judge)))
    own, others = (
        f'"<uuid header.x-rh-insights-request-id of {whose}>"' for whose in ("what it answers", "http.request")
    )
    assert {difference[2] or difference[4] for difference in found} == {
        "header.x-rh-insights-request-id",
        f"header.x-rh-insights-request-id {others}",
    }
    assert all(own not in str(difference[4]) for difference in found)


def test_another_order_on_a_connection_shows(against: Against) -> None:
    own = [line for line in lines_of("complete") if line["protocol"] == "mqtt" and line["source"] == "rhc"]
    publish, subscribe = own[1:3]
    assert (publish["op"], subscribe["op"]) == ("PUBLISH", "SUBSCRIBE")
    exchanged = {publish["seq"]: subscribe, subscribe["seq"]: publish}
    found = told(against("complete", "rhc", lambda line: exchanged.get(line["seq"], line)))
    assert [difference[:3] for difference in found] == [("~", "order", "order")]


def test_how_often_somebody_asks_makes_no_difference(against: Against) -> None:
    polls: dict[str, list[str]] = {}
    for line in lines_of("complete"):
        if line["edge"] == "remediations-ui>remediations" and line["attrs"].get("method") == "GET":
            polls.setdefault(line["attrs"]["path"], []).append(line["exchange"])
    again = {exchange for exchanges in polls.values() for exchange in exchanges[1:-1]}
    assert len(again) > 3
    for role in ("remediations-ui", "remediations"):
        assert told(against("complete", role, lambda line: None if line["exchange"] in again else line)) == []


def test_what_was_not_played_to_its_end_is_no_difference_but_told(judge: Judge, tmp_path: Path) -> None:
    trouble = kit("trouble", role="ingress", cause="ingress ended with status 1", item="complete")
    whole = read(stored(tmp_path / "a", "complete", "ingress"), judge)
    lines = [kit("item", name="complete"), trouble]
    broken = read(store(tmp_path / "b", lines, "ingress"), judge)
    found = compare(whole, broken)
    assert {item.name: item.broken for item in found.items if item.broken} == {
        "complete": "the component did not get to its end: ingress ended with status 1"
    }
    assert (found.alike, found.troubles) == (False, ())
    assert compare(broken, whole).troubles == (
        "the stand-in did not get to the end of 'complete': ingress ended with status 1",
    )


def test_a_component_that_does_not_start_is_a_difference(judge: Judge, tmp_path: Path) -> None:
    lost = store(tmp_path / "b", [kit("trouble", role="ingress", cause="no such port", item=None)], "ingress")
    found = compare(read(stored(tmp_path / "a", "complete", "ingress"), judge), read(lost, judge))
    assert {item.name: item.broken for item in found.items} == {
        START: "the component did not get to its end: no such port",
        "complete": "not played with the component",
    }


def test_what_cannot_be_compared(judge: Judge, tmp_path: Path) -> None:
    ingress = read(stored(tmp_path / "a", "complete", "ingress"), judge)
    with pytest.raises(DiffError, match="one is a trace of ingress, the other of rhc"):
        compare(ingress, read(stored(tmp_path / "b", "complete", "rhc"), judge))
    with pytest.raises(DiffError, match="no case or story was played in both"):
        compare(ingress, read(stored(tmp_path / "c", "failed", "ingress"), judge))
    with pytest.raises(DiffError, match=r"no part-N/trace\.jsonl below it"):
        read(tmp_path / "nowhere", judge)
    other = tmp_path / "d/part-1"
    other.mkdir(parents=True)
    (other / "trace.jsonl").write_text("")
    with pytest.raises(DiffError, match="a trace of something else"):
        read(tmp_path / "d", judge)


def test_differences_of_many_items_are_told_once() -> None:
    difference = Difference("+", "a>b", "x.response", "GET /", "header.server", None, '"new"')
    assert difference.anywhere == Difference("+", "", "every response", "", "header.server", None, '"new"')
