from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding, Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report.html import SHOWN_CHARACTERS, SHOWN_MESSAGES, page
from hopcheck.trace import Event, Payload, Trace

Make = Callable[..., Any]
HOSTILE = "</script><script>alert(1)</script><!--\"'&$verdict\x00"
VOID = {"meta", "link", "br", "img", "input"}


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def events(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.scripts[0])
        return found

    def having(self, attribute: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if attribute in attrs]


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
        attrs,
        None if payload is None else Payload(payload),
    )


@pytest.fixture
def read(diagram: Diagram) -> Callable[..., Reader]:
    return lambda verdict, *events: Reader(page(verdict, Trace(list(events)), diagram))


def test_the_page_loads_nothing(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict())
    for tag, attrs in reader.tags:
        assert not {"src", "href", "srcset", "action", "background", "data"} & set(attrs), tag
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")
    policy = [attrs["content"] for attrs in reader.having("http-equiv")]
    assert len(policy) == 1
    assert str(policy[0]).startswith("default-src 'none';")


def test_no_address_but_the_namespace_of_svg(make_verdict: Make, diagram: Diagram) -> None:
    text = page(make_verdict(), Trace([]), diagram)
    assert text.count("://") == text.count("http://www.w3.org/2000/svg") == 1
    assert "@import" not in text
    assert text.count("url(") == text.count("url(#")


def test_the_verdict_and_every_arrow_are_shown(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict())
    assert reader.text.startswith("Hopcheck: pass")
    assert "30 observed, 30 validated, 0 unmapped" in reader.text
    assert "1 pass, 0 fail" in reader.text
    assert len(reader.having("data-line")) == 30
    assert len([tag for tag, attrs in reader.tags if tag == "tr" and "data-arrow" in attrs]) == 30


def test_an_arrow_leads_to_its_messages(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict(), event(3, b'{"status": "ok"}', method="GET"), event(900))
    evidence = json.loads(str(reader.having("data-evidence")[0]["data-evidence"]))
    assert evidence["3"] == [3]
    assert set(reader.events) == {"3"}
    assert reader.events["3"]["attrs"] == {"method": "GET"}
    assert reader.events["3"]["payload"]["content"] == {"status": "ok"}


def test_a_finding_leads_to_its_message(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict(Finding("breach", "x", "y", event=44), Finding("lost", "x", "y")), event(44))
    assert [attrs["data-event"] for attrs in reader.having("data-event")] == ["44"]
    assert list(reader.events) == ["44"]
    assert "BREACH [nobody] a message broke its contract" in reader.text


def test_advice_does_not_look_like_a_failure(make_verdict: Make, read: Make) -> None:
    reader = read(make_verdict(Finding("clause", "x", "y", level="SHOULD"), Finding("clause", "x", "z")))
    assert [attrs["class"] for tag, attrs in reader.tags if tag == "pre"] == ["finding advice", "finding"]


@pytest.mark.parametrize("payload", [HOSTILE.encode(), json.dumps({"a": HOSTILE}).encode()])
def test_hostile_payloads_stay_data(make_verdict: Make, read: Make, payload: bytes) -> None:
    reader = read(make_verdict(), event(3, payload, path=HOSTILE))
    assert len(reader.scripts) == 2
    assert reader.events["3"]["attrs"] == {"path": HOSTILE}
    assert reader.events["3"]["payload"]["content"] in (HOSTILE, {"a": HOSTILE})


def test_hostile_words_stay_text(make_verdict: Make, make_run: Make, read: Make) -> None:
    run = make_run(Finding("outcome", HOSTILE, HOSTILE), label=HOSTILE, outcome=HOSTILE, host=HOSTILE, expected=HOSTILE)
    verdict: Verdict = make_verdict(
        runs=(run,),
        participants={HOSTILE: {"kind": HOSTILE, "version": HOSTILE}},
        clauses={HOSTILE: ClauseResult("fail")},
    )
    reader = read(verdict)
    assert len(reader.scripts) == 2
    assert reader.text.count("</script><script>alert(1)</script>") >= 8
    assert reader.events == {}


def test_long_and_binary_payloads_are_cut(make_verdict: Make, read: Make) -> None:
    long = json.dumps(["x" * 100_000]).encode()
    reader = read(make_verdict(), event(1, long, files={"a": ["y" * 100_000]}), event(2, b"\xff\xfe"))
    content = reader.events["1"]["payload"]["content"]
    assert content.startswith('["xxx')
    assert len(content) < SHOWN_CHARACTERS + 50
    assert len(reader.events["1"]["attrs"]["files"]["a"][0]) < SHOWN_CHARACTERS + 50
    assert reader.events["2"]["payload"]["content"] == "2 bytes, not text"


def test_the_first_run_and_failing_ones_are_open(make_verdict: Make, make_run: Make, read: Make) -> None:
    runs = (make_run(), make_run(label="b"), make_run(Finding("outcome", "x", "y"), label="c"))
    details = [attrs for tag, attrs in read(make_verdict(runs=runs)).tags if tag == "details"]
    assert ["open" in attrs for attrs in details] == [False, True, False, True, False]


def test_elements_are_closed(make_verdict: Make, diagram: Diagram) -> None:
    text = page(make_verdict(), Trace([]), diagram)
    for tag in ("section", "details", "svg", "table", "script", "style", "dialog", "g", "div"):
        assert text.count(f"<{tag}>") + text.count(f"<{tag} ") == text.count(f"</{tag}>"), tag


def test_every_run_and_host_has_a_row(make_verdict: Make, make_run: Make, read: Make) -> None:
    missing = Finding("missing", "x", "y", arrow=13, host="id-2")
    second = make_run(missing, host="id-2", host_name="mail", states={13: "missing"})
    reader = read(make_verdict(runs=(make_run(host="id-1", host_name="web"), second)))
    assert "a plan web id-1 complete complete 30 of 30 0" in " ".join(" ".join(reader.texts).split())
    assert "a plan mail id-2 complete complete 29 of 30 1" in " ".join(" ".join(reader.texts).split())
    assert "host mail (id-2)" in reader.text
    assert len(reader.having("data-evidence")) == 2


def test_a_loops_first_and_last_messages_are_shown(make_verdict: Make, make_run: Make, read: Make) -> None:
    run = make_run()
    many = tuple(range(100, 100 + 2 * SHOWN_MESSAGES + 5))
    run = replace(run, arrows=(replace(run.arrows[0], events=many),))
    reader = read(make_verdict(runs=(run,)), *(event(seq) for seq in many))
    evidence = json.loads(str(reader.having("data-evidence")[0]["data-evidence"]))
    assert evidence["1"] == [*many[:SHOWN_MESSAGES], *many[-SHOWN_MESSAGES:]]
    assert set(reader.events) == {str(seq) for seq in evidence["1"]}
