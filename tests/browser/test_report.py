"""The report as whoever it is sent to sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.report import write_report
from hopcheck.trace import Event, Payload, Trace, load
from tests.browser.conftest import NARROW
from tests.browser.keyboard import tab_to
from tests.browser.screenshot import Screenshots

CORPUS = Path(__file__).parents[1] / "corpus"
HOSTILE = "</script><img src=x onerror='hacked=1'>\x1b[2J\u202egnp.exe"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
MANY, OPENS_S, LIMIT = 10_000, 2.0, 3_000_000
VERIFIER = "rhc-worker-playbook>insights-client"
LINES = {
    "ingress": ['ingress: "POST /api/ingress/v1/upload HTTP/1.1" 202\n', "ingress: INFO one more\n"],
    "rhc-host-1": ["{} DEBUG message received\n", "  with a second line\n", "{} DEBUG " + HOSTILE + "\n"],
}


@dataclass(frozen=True)
class Reports:
    passed: Path
    failed: Path
    many: Path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    base = tmp_path_factory.mktemp("reports")
    judge, trace = Judge(CONTRACTS), load(CORPUS / "complete" / "trace.jsonl")
    made = {}
    for name, events in (("passed", list(trace)), ("failed", list(spoilt(trace)))):
        (base / name / "logs").mkdir(parents=True)
        for role, lines in LINES.items():
            stamp = trace.events[len(trace) // 2].wall[:23].replace("T", " ")
            text = "".join(line.replace("{}", stamp) for line in lines)
            (base / name / "logs" / f"{role}.log").write_text(text, "utf-8")
        write_report(judge.judge(Trace(events)), Trace(events), base / name, CONTRACTS)
        made[name] = base / name / "index.html"
    many = Trace(list(repeated(list(trace), MANY)))
    write_report(judge.judge(trace), many, base / "many", CONTRACTS, base / "passed" / "logs")
    return Reports(**made, many=base / "many" / "index.html")


def spoilt(trace: Trace) -> Iterator[Event]:
    """The run without its verification, and with a status that no contract has."""
    kept = [event for event in trace if event.edge != VERIFIER]
    answers = [n for n, e in enumerate(kept) if e.op == "response" and e.edge == "remediations-ui>remediations"]
    wrong = next(n for n in answers if kept[n].payload and "status" in (kept[n].payload.json or {}))
    for number, event in enumerate(kept):
        changed = replace(event, seq=number + 1)
        if number == wrong:
            assert event.payload is not None
            said = {**event.payload.json, "status": "almost"}
            attrs = {**event.attrs, "headers": [*event.attrs["headers"], ["x-note", HOSTILE]]}
            changed = replace(changed, attrs=attrs, payload=Payload(json.dumps(said).encode()))
        yield changed


def repeated(events: list[Event], count: int) -> Iterator[Event]:
    """As many events, the same ones again and again, each time later."""
    took = events[-1].t - events[0].began + 1_000_000_000
    for number in range(count):
        turn, at = divmod(number, len(events))
        event = events[at]
        later = {"t": event.t + turn * took, "began": event.began + turn * took, "seq": number + 1}
        yield replace(event, **later, exchange=event.exchange and f"{event.exchange} {turn}")


def opened(page: Page, report: Path) -> Page:
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def violations(page: Page) -> list[str]:
    """Of WCAG A and AA; of the clauses, which are all alike, a few are enough."""
    page.fill("#clause-words", "H-032")
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_run_that_passed(wide: Page, reports: Reports, screenshots: Screenshots) -> None:
    page = opened(wide, reports.passed)
    expect(page.locator("h1")).to_contain_text("30 of 30 demanded arrows were seen")
    screenshots.compare(page, "report-pass", words_of=page.locator("h1"))
    page.locator("#lanes").scroll_into_view_if_needed()
    screenshots.compare(page, "report-timeline", of=page.locator("#time"))
    page.locator("#list").press("End")
    expect(page.locator("#message h3")).to_contain_text("closed")


def test_a_run_that_failed(open_page: Callable[..., Page], reports: Reports, screenshots: Screenshots) -> None:
    page = opened(open_page(), reports.failed)
    screenshots.compare(page, "report-fail", words_of=page.locator(".finding").first)
    page.evaluate("document.querySelector('nav').style.position = 'static'")
    run = page.locator(".run").first
    screenshots.compare(page, "report-fail-diagram", of=run, words_of=run.locator("svg"))
    breach = page.locator(".finding", has_text="breach")
    expect(breach.locator(".want")).to_contain_text("enum")
    expect(breach.locator(".fragment")).to_contain_text("status:")
    expect(breach.locator(".command code")).to_contain_text("hopcheck run")
    breach.locator(".copy").click()
    expect(breach.locator(".copy")).to_have_text("Copied")
    breach.locator(".open").click()
    # The very member is marked in what was sent, and nothing of it did anything.
    expect(page.locator("#message .wrong-here")).to_contain_text('"status": "almost"')
    note = page.locator("#message .headers tr", has_text="x-note")
    expect(note).to_contain_text("</script><img src=x onerror='hacked=1'>\\x1b[2J\\u202egnp.exe")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img").count() == 0
    assert not violations(page)
    dark = opened(open_page(color_scheme="dark"), reports.failed)
    dark.locator(".finding .open").first.click()
    expect(dark.locator("#message .difference").first).to_be_visible()
    assert not violations(dark)


def test_filters_of_exchanges_and_clauses(wide: Page, reports: Reports) -> None:
    page = opened(wide, reports.failed)
    count, rows = page.locator("#exchanges-count"), page.locator("#list .row")
    every = int(count.inner_text())
    page.select_option("#arrow", "23")
    assert rows.count() == 1
    expect(rows).to_contain_text("/api/ingress/v1/upload")
    page.click("#clear")
    expect(count).to_have_text(str(every))
    page.select_option("#edge", "ingress>s3")
    page.fill("#words", "put")
    assert {row.split("\n")[-1] for row in rows.all_inner_texts()} == {"200"}
    page.click("#clear")
    page.select_option("#state", "wrong")
    for row in rows.all():
        expect(row).to_have_class("wrong row")
    page.click("#clear")
    page.fill("#words", "gnp.exe")
    expect(count).to_have_text(f"1 of {every}")

    clauses = page.locator("#clause-table tbody tr:not([hidden])")
    whole = clauses.count()
    page.click("#clause-tools [data-state=not_exercised]")
    passed = clauses.count()
    assert 0 < passed < whole
    page.select_option("#role", "ingress")
    page.fill("#clause-words", "service")
    assert 0 < clauses.count() < passed
    expect(page.locator("#clauses-count")).to_have_text(f"{clauses.count()} of {whole}")
    clauses.locator(".open").first.click()
    expect(page.locator("#message h3")).not_to_be_empty()


def test_one_instant_everywhere(wide: Page, reports: Reports) -> None:
    page = opened(wide, reports.passed)
    chosen_line, chosen = page.locator("#lines [aria-selected=true]"), page.locator("#list [aria-selected=true]")
    page.locator("#lines .row", has_text="POST /api/ingress").click()
    told = page.locator("#lines .row", has_text="POST /api/ingress").locator(".at").inner_text()
    assert told.startswith("≈ ")
    expect(chosen).to_be_visible()
    instant = float(told.removeprefix("≈ "))
    assert abs(float(chosen.locator(".at").inner_text()) - instant) < 0.5
    assert abs(int(page.locator("#lanes").get_attribute("aria-valuenow") or 0) / 1000 - instant) < 0.002

    page.locator("#list").press("Home")
    expect(chosen).to_have_attribute("aria-posinset", "1")
    assert chosen_line.count() == 0  # nobody had said anything by then
    page.locator("#list").press("End")
    expect(chosen_line).to_be_visible()
    expect(page.locator("#line")).not_to_be_empty()

    box = page.locator("#lanes").bounding_box()
    assert box is not None
    page.locator("#lanes").click(position={"x": box["width"] / 2, "y": 10})
    expect(page.locator("#instant")).to_contain_text(" s, ")
    assert chosen.get_attribute("aria-posinset") not in ("1", page.locator("#exchanges-count").inner_text())


def test_by_keyboard_alone(wide: Page, reports: Reports) -> None:
    page = opened(wide, reports.failed)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".arrow[data-arrow='11']").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#message h3")).to_contain_text("/playbook")
    page.locator("#lanes").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#list [aria-selected=true]")).to_have_attribute("aria-posinset", "2")
    for key in ("+", "+", "Shift+ArrowRight", "-", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_be_focused()
    tab_to(page, "Show in the logs")
    page.keyboard.press("Enter")
    expect(page.locator("#lines")).to_be_focused()


def test_on_a_phone(narrow: Page, reports: Reports, screenshots: Screenshots) -> None:
    page = opened(narrow, reports.failed)
    screenshots.compare(page, "report-narrow", words_of=page.locator("h1"))
    page.locator(".finding .open").first.tap()
    expect(page.locator("#message .difference").first).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("report", ["passed", "failed"])
def test_without_scripts_and_on_paper(open_page: Callable[..., Page], reports: Reports, report: str) -> None:
    page = open_page(NARROW, java_script_enabled=False)
    page.goto(getattr(reports, report).as_uri())
    expect(page.locator(".badge")).to_have_text({"passed": "pass", "failed": "fail"}[report])
    expect(page.locator(".run svg").first).to_be_visible()
    expect(page.locator("#clause-table")).to_contain_text("H-032")
    expect(page.locator(".finding .want")).to_have_count(page.locator(".finding").count())
    expect(page.locator("#exchanges")).to_be_hidden()
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#environment")).to_be_visible()


def test_ten_thousand_events_open_at_once(open_page: Callable[..., Page], reports: Reports) -> None:
    assert reports.many.stat().st_size < LIMIT
    page = open_page()
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    opened(page, reports.many)
    assert page.locator("#list .row").count() > 10
    # What the page's process worked, all threads together: how busy the machine is besides does not count.
    told = {each["name"]: each["value"] for each in meter.send("Performance.getMetrics")["metrics"]}
    assert 0 < told["ProcessTime"] < OPENS_S
    page.locator("#list").press("End")
    expect(page.locator("#message .side").first).to_be_visible()
    expect(page.locator("#exchanges .cut")).to_have_count(0)
