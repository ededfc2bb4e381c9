"""Execute is pressed in a browser, and what taps saw of it is judged: the whole flow behind a page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from hopcheck.checks.judge import judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.awaited import dispatched_since, end_of
from hopcheck.topology.gate import Gate
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import System
from hopcheck.trace import load
from tests.browser.keyboard import press

PLAN = "Two issues on one system"


def test_a_run_that_was_started_in_a_browser_is_a_legal_one(wide: Page, tmp_path: Path) -> None:
    with Stage(Settings(report=tmp_path, commands=QUICK, timeout_s=60)) as stage:
        [host] = stage.topology.hosts.values()
        identity, gate = host.identity, Gate(host)
        plan = stage.user.plan(PLAN, [(System(), identity)])
        stage.user.see_connected(plan, [identity])
        stage.topology.tell("stimulus", label=PLAN, plan=plan, client_ids=[identity.client_id])
        wide.goto(f"http://127.0.0.1:{stage.topology.plan.ports.ui}/")
        press(wide, PLAN)
        expect(wide.get_by_role("heading", level=1)).to_have_text(PLAN)
        press(wide, "Execute")
        expect(wide.get_by_role("dialog")).to_contain_text("Reached: 1")
        press(wide, "Execute on 1 system")
        log = wide.get_by_role("region", name=f"Log of {identity.name}")
        # The task waits for the gate: this is event data of a run that goes on.
        expect(log).to_contain_text("TASK [Wait until the file says go]", timeout=60_000)
        expect(wide.locator("#status")).to_have_text("Running")
        gate.open()
        expect(wide.locator("#status")).to_have_text("Succeeded", timeout=60_000)
        expect(wide.get_by_role("status")).to_have_text(f"1 of 1 system done: {identity.name} succeeded.")
        expect(log).to_contain_text("TASK [run insights]")
        gate.close()
        message = dispatched_since(stage.trace, identity, 0)
        assert message is not None
        stage.trace.wait_for(end_of(message), what="the worker's END", timeout=60)
    verdict = judge(load(tmp_path / "trace.jsonl"), CONTRACTS)
    [run] = verdict.runs
    assert (run.outcome, len(run.arrows)) == ("complete", 30)
    assert [arrow.number for arrow in run.arrows if arrow.state not in ("seen", "derived")] == []
    assert verdict.findings == ()
