from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding, Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report import html
from hopcheck.report.html import page
from hopcheck.trace import Event, Payload, Trace
from tests.report.page_reader import Reader

Make = Callable[..., Any]
HOSTILE = "</script><script>alert(1)</script><!--\"'&$verdict\x00\u202e"
SHOWN = "</script><script>alert(1)</script><!--\"'&$verdict\\x00\\u202e"


def event(seq: int, payload: bytes | None = None, **attrs: Any) -> Event:
    return Event(
        seq,
        seq,
        seq,
        "2026-01-02T03:04:05+00:00",
        "tap",
        "a>b",
        "http",
        "request",
        "a",
        "b",
        None,
        None,
        {"method": "GET", "path": "/x", "headers": [], **attrs},
        None if payload is None else Payload(payload),
    )


@pytest.fixture
def read(diagram: Diagram) -> Callable[..., Reader]:
    return lambda verdict, *events: Reader(page(verdict, Trace(list(events)), diagram))


def test_the_page_loads_nothing(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict())
    for tag, attrs in reader.tags:
        assert not {"src", "srcset", "action", "background", "data"} & set(attrs), tag
        assert tag not in ("iframe", "object", "embed", "base", "img")
        assert str(attrs.get("href", "#")).startswith(("#", "data:,")), tag
    policy = [attrs["content"] for attrs in reader.having("http-equiv")]
    assert len(policy) == 1
    assert str(policy[0]).startswith("default-src 'none';")


def test_no_address_but_the_namespace_of_svg(make_verdict: Make, diagram: Diagram) -> None:
    text = page(make_verdict(), Trace([]), diagram)
    assert text.count("://") == text.count("http://www.w3.org/2000/svg") == 1
    assert "@import" not in text
    assert text.count("url(") == text.count("url(#")


def test_verdict_reason_and_every_arrow_are_there_without_scripts(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict())
    assert "Hopcheck report pass 1 run ended as asserted: 30 of 30 demanded arrows were seen" in reader.text
    assert "30 observed, 30 validated, 0 unmapped" in reader.text
    assert "1 pass, 1 not exercised" in reader.text
    assert len(reader.having("data-line")) == 30
    assert len([tag for tag, attrs in reader.tags if tag == "tr" and "data-arrow" in attrs]) == 30


def test_what_was_under_test_is_at_the_top(make_verdict: Make, read: Make) -> None:
    mine = {"kind": "foreign", "version": "mine 2"}
    reader = read(make_verdict(participants={"s3": {"kind": "stand-in", "version": "x"}, "ingress": mine}))
    assert "Under test ingress mine 2 Runs" in " ".join(" ".join(reader.texts).split())


def test_a_finding_leads_to_its_message(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict(Finding("breach", "x", "y", event=44), Finding("lost", "x", "y")), event(44))
    assert [attrs["data-event"] for tag, attrs in reader.tags if tag == "article" and "data-event" in attrs] == ["44"]
    assert list(reader.events) == [44]
    assert "a message broke its contract" in reader.text


def test_what_is_alike_has_one_card_that_leads_to_every_message(make_verdict: Make, read: Make) -> None:
    alike = [
        Finding("clause", "x", got, role="s3", clause="STO-01", event=n) for n, got in ((4, "y"), (5, "y"), (6, "z"))
    ]
    reader = read(make_verdict(alike[0], Finding("lost", "x", "y"), *alike[1:]), event(4), event(5), event(6))
    assert sum(tag == "article" for tag, _ in reader.tags) == 2
    ids = [attrs["id"] for _, attrs in reader.tags if attrs.get("id", "").startswith("finding-")]
    assert ids == ["finding-1", "finding-2", "finding-3", "finding-4"]
    opened = [attrs["data-event"] for tag, attrs in reader.tags if tag == "button" and attrs.get("class") == "open"]
    assert opened[:3] == ["4", "5", "6"]
    words = " ".join(" ".join(reader.texts).split())
    assert "2 more like it Show message 5 Show message 6 got z" in words


def test_advice_does_not_look_like_a_failure(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict(Finding("clause", "x", "y", level="SHOULD"), Finding("clause", "x", "z")))
    classes = [attrs["class"] for tag, attrs in reader.tags if tag == "article"]
    assert classes == ["finding fails", "finding advice"]


@pytest.mark.parametrize("payload", [HOSTILE.encode(), json.dumps({"a": HOSTILE}).encode()])
def test_hostile_payloads_stay_data(make_verdict: Make, read: Make, payload: bytes) -> None:
    reader = read(make_verdict(), event(3, payload, path=HOSTILE))
    assert len(reader.scripts) == 3
    assert reader.events[3]["attrs"]["path"] == HOSTILE
    assert reader.events[3]["payload"]["text"].encode() == payload


def test_hostile_words_stay_text(make_verdict: Make, make_run: Make, read: Make) -> None:
    run = make_run(Finding("outcome", HOSTILE, HOSTILE), label=HOSTILE, outcome=HOSTILE, host=HOSTILE, expected=HOSTILE)
    verdict: Verdict = make_verdict(
        runs=(run,),
        participants={HOSTILE: {"kind": HOSTILE, "version": HOSTILE}},
        clauses={HOSTILE: ClauseResult("fail")},
    )
    reader = read(verdict)
    assert len(reader.scripts) == 3
    assert reader.text.count(SHOWN) >= 8
    assert "\u202e" not in reader.text
    assert "\x00" not in reader.text


def test_the_first_run_and_failing_ones_are_open(make_verdict: Make, make_run: Make, read: Make) -> None:
    runs = (make_run(), make_run(label="b"), make_run(Finding("outcome", "x", "y"), label="c"))
    details = [attrs for tag, attrs in read(make_verdict(runs=runs)).tags if tag == "details" and "data-run" in attrs]
    assert ["open" in attrs for attrs in details] == [True, False, True]


def test_elements_are_closed(make_verdict: Make, diagram: Diagram) -> None:
    text = page(make_verdict(Finding("clause", "x", "y", event=1, clause="H-001")), Trace([event(1)]), diagram)
    for tag in ("section", "details", "svg", "table", "script", "style", "article", "g", "div", "main", "header", "dl"):
        assert text.count(f"<{tag}>") + text.count(f"<{tag} ") == text.count(f"</{tag}>"), tag


def test_every_run_and_host_has_a_row(make_verdict: Make, make_run: Make, read: Make) -> None:
    missing = Finding("missing", "x", "y", arrow=13, host="id-2")
    second = make_run(missing, host="id-2", host_name="mail", states={13: "missing"})
    reader = read(make_verdict(runs=(make_run(host="id-1", host_name="web"), second)))
    said = " ".join(" ".join(reader.texts).split())
    assert "a plan web id-1 complete complete 30 of 30 0" in said
    assert "a plan mail id-2 complete complete 29 of 30 1" in said
    assert "Host mail (id-2)" in reader.text
    assert reader.about["runs"] == ["a plan, web", "a plan, mail"]


def test_what_has_no_room_is_said_and_what_matters_is_kept(
    make_verdict: Make, diagram: Diagram, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = make_verdict(Finding("breach", "x", "y", event=400))
    monkeypatch.setattr(html, "LIMIT", len(page(verdict, Trace([]), diagram).encode()) + 60_000)
    noise = random.Random(1)
    events = [event(seq, noise.randbytes(300).hex().encode()) for seq in range(1, 401)]
    text = page(verdict, Trace(events), diagram)
    assert len(text.encode()) <= html.LIMIT
    reader = Reader(text)
    assert {400, *range(1, 31)} <= set(reader.events)
    assert len(reader.exchanges) == 400
    assert f"the contents of {400 - len(reader.events)} of 400 messages are not in it" in reader.text
    assert len(reader.events) < 400


def test_a_page_with_room_for_all_says_nothing_of_it(make_verdict: Make, read: Make) -> None:
    assert "leaves things out" not in read(make_verdict(), event(1)).text
