from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from hopcheck.conform.model import ClauseReport, Component, Exchange, Part
from hopcheck.conform.page import SHOWN_CHARACTERS, SHOWN_FAILURES, page

Make = Callable[..., Any]


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
        elif self.cdata_elem is None:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def having(self, attribute: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if attribute in attrs]


def test_the_page_loads_nothing(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    text = page(make_report(*all_states))
    reader = Reader(text)
    for tag, attrs in reader.tags:
        assert not {"src", "srcset", "action", "background", "data"} & set(attrs), tag
        assert tag not in ("iframe", "object", "embed", "base", "img")
    files = ["report.json", "junit.xml", "certificate.json", "badge.svg"]
    traces = ["part-1/trace.jsonl", "part-2/trace.jsonl"]
    assert [attrs["href"] for attrs in reader.having("href")] == ["data:,", *files, *traces]
    assert str(reader.having("http-equiv")[0]["content"]).startswith("default-src 'none'; img-src data:;")
    assert "://" not in text
    assert "url(" not in text


def test_what_it_is_about_is_told(make_report: Make) -> None:
    text = Reader(page(make_report())).text
    assert text.startswith("ingress: pass Hopcheck: ingress, pass 3 clauses")
    for part in (
        "3 clauses bind it: 2 pass, 0 fail, 0 skip, 0 disabled, 1 not exercised, 0 harness error.",
        "component cmd ./my-ingress --flag",
        "version my-ingress 1.2",
        "identity: sha256 " + "ab" * 32,
        "kit hopcheck 0.1.0, runtime process",
        "contracts " + "sha256:" + "cd" * 32,
        "seeds abc, abd",
        "capabilities core",
        "hopcheck conform ingress --sut 'ingress=cmd:./my-ingress --flag'",
        "part-2/trace.jsonl 3 abd " + "ee" * 32,
    ):
        assert part in text, part


def test_every_clause_has_a_row_and_its_state(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    reader = Reader(page(make_report(*all_states)))
    rows = [attrs for tag, attrs in reader.tags if tag == "tr" and "data-state" in attrs]
    assert [(attrs["id"], attrs["data-state"]) for attrs in rows] == [(each.id, each.state) for each in all_states]
    buttons = [attrs for tag, attrs in reader.tags if tag == "button" and "data-state" in attrs]
    assert [attrs["data-state"] for attrs in buttons] == [
        "pass",
        "fail",
        "skip",
        "disabled",
        "not_exercised",
        "harness_error",
    ]
    for text in ("not exercised 1", "fail 2", "why ING-05", "ingress: upload.go", "insights-client>ingress"):
        assert text in reader.text


def test_what_was_broken_is_open_and_all_else_closed(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    reader = Reader(page(make_report(*all_states)))
    more = [("hidden" in attrs) for tag, attrs in reader.tags if tag == "tr" and attrs.get("class") == "more"]
    assert more == [True, False, True, True, True, True, True]
    assert [attrs["aria-expanded"] for attrs in reader.having("aria-expanded")] == [
        str(not hidden).lower() for hidden in more
    ]


def test_a_failure_has_all_that_there_is_to_say(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    failure = make_failure(expected="four hundred", got="five hundred")
    report = make_report(make_clause("ING-02", "fail", failures=(failure,)))
    text = Reader(page(report)).text
    for part in (
        "CLAUSE arrow 17 ING-02 (MUST) [ingress] a clause was broken",
        "four hundred",
        "five hundred",
        "openapi/ingress.yaml",
        "ingress/no-identity",
        "part 1, seq 8",
        "b > a http response {} 500",
        "hopcheck conform ingress --seed abc -k ingress/no-identity",
    ):
        assert part in text, part


def test_what_breaks_no_clause_is_told(make_report: Make, make_failure: Make) -> None:
    report = make_report(
        others=(make_failure(kind="lost", clause=None, got="it died"),),
        neighbours=(make_failure(role="s3", got="a neighbour's"),),
        troubles=("part 1: no port",),
    )
    text = Reader(page(report)).text
    assert text.index("part 1: no port") < text.index("it died") < text.index("a neighbour's")
    assert "LOST arrow 17 [ingress] a component ended by itself" in text


def test_remarks_do_not_look_like_failures(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    failures = (make_failure(level="SHOULD"), make_failure())
    reader = Reader(page(make_report(make_clause("ING-02", "fail", failures=failures))))
    classes = [attrs["class"] for tag, attrs in reader.tags if tag == "div"]
    assert classes == ["failure remark", "failure"]


def test_nothing_that_a_peer_sent_is_markup(
    make_report: Make, make_clause: Make, make_failure: Make, hostile: str
) -> None:
    shown = Exchange(1, 3, hostile, hostile)
    failure = make_failure(
        expected=hostile, got=hostile, item=hostile, contract=hostile, role=hostile, exchanges=(shown,)
    )
    clause = make_clause(
        hostile, "fail", text=hostile, source=hostile, why=hostile, capability=hostile, evidence=(shown,)
    )
    report = make_report(
        *(clause, make_clause("ING-02", "fail", failures=(failure,), reproduce=hostile)),
        component=Component(hostile, hostile, hostile, hostile, {hostile: hostile}),
        command=hostile,
        seeds=(hostile,),
        others=(failure,),
        neighbours=(failure,),
        troubles=(hostile,),
    )
    text = page(report)
    reader = Reader(text)
    assert len(reader.scripts) == 1
    assert not [tag for tag, _ in reader.tags if tag == "img"]
    assert not {"\x1b", "\x00", "\u202e", "\ud800", "\r"} & set(text)
    assert text.encode()
    assert reader.text.count(r"</script></pre><img src=x onerror=alert(1)>\x1b[2J\x00\u202e\ud800]]>") >= 20


@pytest.mark.parametrize("directory", ["../../etc", "https://elsewhere", "javascript:alert(1)", "part-1/../x"])
def test_a_directory_that_is_no_parts_is_no_link(make_report: Make, directory: str) -> None:
    reader = Reader(page(make_report(parts=(Part(1, directory, 1, "ab"),))))
    assert not [attrs for attrs in reader.having("href") if directory in str(attrs["href"])]
    assert directory in reader.text


def test_what_is_long_or_much_is_cut(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    long = make_failure(got="x" * 1_000_000)
    report = make_report(make_clause("ING-02", "fail", failures=(long,) * (SHOWN_FAILURES + 7)))
    text = page(report)
    assert "… of 1000000 characters" in text
    assert "… and 7 more in report.json" in text
    assert len(text) < (SHOWN_FAILURES + 1) * (SHOWN_CHARACTERS + 2000) + 20_000


def test_elements_are_closed(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    text = page(make_report(*all_states, troubles=("x",)))
    for tag in ("table", "tbody", "script", "style", "div", "dl", "pre", "button", "p", "h3", "span", "code"):
        assert text.count(f"<{tag}>") + text.count(f"<{tag} ") == text.count(f"</{tag}>"), tag
