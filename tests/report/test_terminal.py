from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.report.diagnosis import Screen
from hopcheck.report.finding import FINDING_LINES, FINDINGS_SHOWN
from hopcheck.report.terminal import HEADS_SHOWN, ending, render
from hopcheck.trace import Trace

Make = Callable[..., Any]


def lines(verdict: Verdict, report: Path | None = None) -> list[str]:
    return [*render(verdict, report), *ending(verdict, Trace(), {}, report, Screen())]


def test_a_line_an_arrow_and_the_verdict_last(make_verdict: Make) -> None:
    shown = lines(make_verdict(), Path("out"))
    assert shown[0] == "a plan: complete"
    assert [line.split()[0] for line in shown[2:32]] == [str(number) for number in range(1, 31)]
    assert "ok (derived)" in shown[27]
    assert shown[-5:] == [
        "arrows 30 of 30 seen (30 demanded); messages 30 observed, 30 validated, 0 unmapped",
        "clauses 1 pass, 0 fail, 0 skip, 0 disabled, 1 not exercised, 0 harness error",
        "ready 1.00 s, ansible 2.50 s",
        "report: out/index.html",
        "VERDICT: pass",
    ]


def test_states_stand_out(make_verdict: Make, make_run: Make) -> None:
    run = make_run(Finding("missing", "x", "y", arrow=1), states={1: "missing", 2: "forbidden", 3: "not_demanded"})
    run = replace(run, arrows=(*run.arrows[:3], replace(run.arrows[3], contract="fail"), *run.arrows[4:]))
    shown = lines(make_verdict(runs=(run,)))
    assert shown[0] == "a plan: complete (WRONG)"
    assert "MISSING" in shown[2]
    assert "FORBIDDEN" in shown[3]
    assert "FAIL" in shown[5]
    assert "VERDICT: fail: nobody is to blame" in shown


def test_an_arrow_whose_message_broke_a_clause_names_it(make_verdict: Make, make_run: Make) -> None:
    run = make_run(Finding("clause", "x", "y", clause="STO-03", arrow=21))
    breach = Finding("breach", "x", "y", clause="H-066", event=run.arrows[11].events[0])
    quirk = Finding("clause", "x", "y", clause="OBS-01", arrow=3, level="QUIRK")
    shown = lines(make_verdict(breach, quirk, runs=(run,)))
    assert [line.split()[0] for line in shown[2:32] if "breaks" in line] == ["12", "21"]
    assert shown[2 + 20].endswith(" breaks STO-03")
    assert shown[2 + 11].endswith(" breaks H-066")


def test_further_runs_have_one_line(make_verdict: Make, make_run: Make) -> None:
    good, bad = make_run(label="b"), make_run(Finding("outcome", "x", "y"), label="c", outcome="failed")
    shown = lines(make_verdict(runs=(make_run(), good, bad)))
    assert shown[32:34] == [
        "also: b, host-1: complete (as asserted), arrows 30 of 30, no findings",
        "also: c, host-1: failed (WRONG), arrows 30 of 30, 1 finding",
    ]
    assert shown[34] == "    OUTCOME [nobody] the run did not end as asserted"


def test_five_hosts_are_five_lines_and_a_total(make_verdict: Make, make_run: Make) -> None:
    missing = Finding("missing", "x", "y", arrow=13, host="id-5")
    runs = [make_run(host=f"id-{n}", host_name=f"host-{n}") for n in range(1, 5)]
    runs.append(make_run(missing, host="id-5", host_name="host-5", states={13: "missing"}))
    shown = lines(make_verdict(runs=tuple(runs)))
    assert shown[0] == "a plan, host-1 (id-1): complete"
    assert shown[32:37] == [
        *(f"also: a plan, host-{n} (id-{n}): complete (as asserted), arrows 30 of 30, no findings" for n in (2, 3, 4)),
        "also: a plan, host-5 (id-5): complete (WRONG), arrows 29 of 30, 1 finding",
        "    MISSING arrow 13 [nobody] an arrow that the outcome demands was not seen",
    ]
    assert "all together 5 runs on hosts, 4 as asserted, 1 WRONG; 149 of 150 demanded arrows seen" in shown


def test_many_findings_of_a_further_host_are_counted(make_verdict: Make, make_run: Make) -> None:
    bad = make_run(*(Finding("missing", "x", "y", arrow=n) for n in range(1, 9)), host="id-2")
    shown = lines(make_verdict(runs=(make_run(), bad)))
    assert shown[33 + HEADS_SHOWN] == "    … and 3 more"


def test_programs_that_hosts_share_are_one_line(make_verdict: Make) -> None:
    ours, theirs = {"kind": "stand-in", "version": "1"}, {"kind": "foreign", "version": "2"}
    rhc = {**ours, "hosts": {"host-1": ours, "host-2": theirs, "host-3": ours}}
    worker = {**ours, "hosts": {"host-1": ours, "host-2": ours, "host-3": ours}}
    shown = lines(make_verdict(participants={"s3": ours, "rhc": rhc, "rhc-worker-playbook": worker}))
    assert [line.split() for line in shown[33:37]] == [
        ["s3", "stand-in", "1"],
        ["rhc", "stand-in", "1", "host-1,", "host-3"],
        ["rhc", "foreign", "2", "host-2"],
        ["rhc-worker-playbook", "stand-in", "1", "all", "3", "hosts"],
    ]


def test_only_the_first_findings_are_shown(make_verdict: Make) -> None:
    shown = lines(make_verdict(*(Finding("lost", "x", "y", role=f"number {n}") for n in range(FINDINGS_SHOWN + 3))))
    assert sum(line.startswith("LOST") for line in shown) == FINDINGS_SHOWN
    assert "… and 3 more findings" in shown


def test_what_is_alike_is_told_once(make_verdict: Make) -> None:
    again = (Finding("clause", "x", f"number {n}", clause="H-001", role="rhc") for n in range(3))
    shown = lines(make_verdict(*again, Finding("clause", "x", "another", clause="H-002", role="rhc")))
    assert [line for line in shown if line.startswith("CLAUSE")] == ["CLAUSE [rhc] a clause was broken"] * 2
    assert "  2 more like it" in shown


def test_what_decides_comes_before_advice(make_verdict: Make) -> None:
    advice = [Finding("clause", "x", "advice", clause="H-001", level="SHOULD")] * (FINDINGS_SHOWN + 1)
    shown = lines(make_verdict(*advice, Finding("lost", "x", "gone"), Finding("harness", "x", "kit")))
    heads = [line.split()[0] for line in shown if line.startswith(("CLAUSE", "LOST", "HARNESS"))]
    assert heads[:3] == ["HARNESS", "LOST", "CLAUSE"]


def test_a_long_finding_is_cut(make_verdict: Make) -> None:
    shown = lines(make_verdict(Finding("lost", "x", "\n".join("abcdefghijklmnopqrstuvwxyz"))))
    start = shown.index("LOST [nobody] a component ended by itself")
    assert shown[start + FINDING_LINES] == "  … 8 more lines"


def test_escape_sequences_are_disarmed(make_verdict: Make, make_run: Make) -> None:
    run = make_run(label="\x1b[2J")
    version = {"ingress": {"kind": None, "version": "\x1b[2J"}}
    assert "\x1b" not in "".join(lines(make_verdict(runs=(run, run), participants=version)))


def test_no_run_is_no_arrow(make_verdict: Make) -> None:
    shown = lines(make_verdict(Finding("harness", "a run", "none"), runs=(), participants={}))
    assert shown[0].startswith("HARNESS")
    assert "VERDICT: error: the kit failed, no component is to blame" in shown


def test_what_is_not_judged_is_said(make_verdict: Make) -> None:
    verdict = replace(make_verdict(), generation="rhel-8-9", not_judged=("a<>b (arrows 2, 13): gRPC",))
    assert "not judged, hosts of rhel-8-9: a<>b (arrows 2, 13): gRPC" in lines(verdict)
    assert not [line for line in lines(make_verdict()) if "not judged" in line]
