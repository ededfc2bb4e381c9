from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Finding
from hopcheck.report.diagnosis import COLUMNS, ROWS, Diagnosis, Screen, diagnose, not_up, shown
from hopcheck.report.diagnosis.screen import contrast
from hopcheck.trace import Event, Trace

Make = Callable[..., Any]
RULE = Clause("ING-10", "MUST", "The announce tells\n the size.", ("ingress",), (), "", "read", "contract")
BROKEN = Finding("clause", "size 1", "size 2", role="ingress", clause="ING-10", event=19)
MINE = "node " + " ".join(f"--flag-{number}" for number in range(40))


def kit(seq: int, op: str, **attrs: Any) -> Event:
    return Event(seq, seq, seq, "", "kit", "kit", "kit", op, "hopcheck", "hopcheck", None, None, attrs, None)


def http(seq: int, op: str = "request", **attrs: Any) -> Event:
    wall = "2026-11-26T22:22:54.291870+00:00"
    return Event(seq, seq, seq, wall, "t", "ingress>s3", "http", op, "ingress", "s3", "x", None, attrs, None)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "ingress.log").write_text("".join(f"ingress: line {n} {'x' * 200}\n" for n in range(9)))
    (tmp_path / "index.html").touch()
    return tmp_path


def texts(found: Diagnosis | None) -> list[str]:
    assert found is not None
    return [line.text for line in found.lines]


def test_all_that_is_to_be_known_on_one_screen(make_verdict: Make, report: Path) -> None:
    trace = Trace(
        [kit(1, "run", runtime="process", command=["./kit"]), kit(2, "stimulus", scenario="test_a"), http(19)]
    )
    found = diagnose(make_verdict(BROKEN, BROKEN), trace, {"ING-10": RULE}, report)
    lines = texts(found)
    assert found is not None
    assert found.role == "ingress"
    assert lines[:10] == [
        "VERDICT: fail: look at ingress",
        "  clause: a clause was broken; 1 more like it above",
        "    i   ──18 playbook job event data──▶ s3  ✓",
        "  > i   ──19 upload announce──▶ pbd  ✗",
        "    pbd ──20 playbook job event data request──▶ s3  ✓",
        "  clause    ING-10 (MUST): The announce tells the size.",
        "  expected  size 1",
        "  got       size 2",
        "  when      22:22:54.291 UTC, trace.jsonl seq 19",
        f"  log       {report}/logs/ingress.log, its last lines:",
    ]
    assert [line[:21] for line in lines[10:14]] == [f"    | ingress: line {n}" for n in (5, 6, 7, 8)]
    assert lines[14] == "  only this ./kit run --runtime process --report report-again --all -k test_a"
    assert "--keep" in lines[15]
    assert lines[16] == f"  report    {report}/index.html"


def test_hosts_that_were_kept_are_named(make_verdict: Make, report: Path) -> None:
    lines = texts(diagnose(make_verdict(BROKEN), Trace([http(19)]), {}, report, "hc-1"))
    assert "  kept      hc-1: `status`, `logs`, `shell` show it, and `down hc-1` ends it" in lines
    assert not any("--keep" in line for line in lines)


def test_an_answer_is_drawn_with_its_question(make_verdict: Make, report: Path) -> None:
    broken = Finding("breach", "a", "b", role="s3", event=19)
    asked, answer = http(18, method="PUT", path="/bucket/key"), http(19, "response", status=200)
    lines = texts(diagnose(replace(make_verdict(broken), runs=()), Trace([asked, answer]), {}, report))
    assert any("──200 to PUT /bucket/key──▶" in line for line in lines)


@pytest.mark.parametrize(
    ("expected", "got", "shown"),
    [
        ("a" * 60 + "b", "a" * 60 + "c", ("…" + "a" * 13 + "b", "…" + "a" * 13 + "c")),
        ("size 1", "size 2", ("size 1", "size 2")),
        ("a" * 60, "b" * 60, ("a" * 60, "b" * 60)),
        ("a" * 60, "a" * 60, ("a" * 60, "a" * 60)),
    ],
)
def test_of_long_values_the_difference_is_shown(expected: str, got: str, shown: tuple[str, str]) -> None:
    assert contrast(expected, got, 40) == shown


@pytest.mark.parametrize("got", ["x" * 3000, "\n".join("abc" * 40), "\x1b[2J\u202e", ""])
def test_it_fits_whatever_was_sent(make_verdict: Make, report: Path, got: str) -> None:
    hostile = Finding("breach", got, got, role="ingress", contract=got, event=19, host="h", host_name="web")
    told = [kit(1, "run", runtime="process", command=["./kit"], options={"sut": [f"ingress=cmd:{MINE}"]}), http(19)]
    lines = texts(diagnose(make_verdict(hostile), Trace(told), {}, report))
    command = [line for line in lines if "--flag" in line]
    assert len(lines) <= ROWS
    assert all(len(line) <= COLUMNS for line in lines if line not in command)
    assert all(line.isprintable() for line in lines)


def test_a_command_in_several_lines_is_one_for_a_shell(make_verdict: Make, report: Path) -> None:
    suts = [f"{role}=cmd:./my-{role} --flag" for role in ("ingress", "s3", "rhc", "cloud-connector")]
    told = [kit(1, "run", runtime="process", command=["./kit"], options={"sut": suts})]
    lines = texts(diagnose(make_verdict(BROKEN), Trace([*told, http(19)]), {}, report))
    first = next(n for n, line in enumerate(lines) if "only this" in line)
    last = next(n for n in range(first, len(lines)) if not lines[n].endswith("\\"))
    assert last > first
    command = "\n".join(lines[first : last + 1]).replace("only this ./kit", "printf '%s\\n'")
    typed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.splitlines()
    options = [word for sut in suts for word in ("--sut", sut)]
    assert typed == ["run", "--runtime", "process", *options, "--report", "report-again", "--all", "-k", "ING-10"]


def test_who_keeps_the_blamed_one_waiting_is_to_be_looked_at(make_verdict: Make, report: Path) -> None:
    absent = Finding("missing", "19", "not seen", role="ingress", arrow=19, run="a plan", host="host-1")
    asked = http(18, method="PUT", path="/bucket/key")
    found = diagnose(make_verdict(absent), Trace([asked]), {}, report)
    assert found is not None
    assert found.role == "s3"
    assert "  waits     ingress still waits for s3: PUT /bucket/key" in texts(found)


def test_what_is_said_of_the_one_who_owes_the_answer_tells_more(make_verdict: Make, report: Path) -> None:
    about = {"run": "a plan", "host": "host-1"}
    waits = Finding("missing", "19", "not seen", role="ingress", arrow=19, **about)
    owes = Finding("missing", "21", "not seen", role="s3", arrow=21, **about)
    found = diagnose(make_verdict(waits, owes), Trace([http(18)]), {}, report)
    assert found is not None
    assert (found.role, found.finding) == ("s3", owes)


def test_where_the_flow_stopped_is_drawn_of_a_component_that_died(make_verdict: Make, make_run: Make) -> None:
    run = make_run(states=dict.fromkeys(range(13, 31), "missing"))
    gone = Finding("lost", "it runs", "status 70", role="rwp", event=40)
    lines = texts(diagnose(make_verdict(gone, runs=(run,)), Trace([kit(40, "lost")]), {}, None))
    assert "  > rhc ╌╌13 execute playbook request and file data╌╌▶ rwp  ✗ not seen" in lines


def test_a_host_is_named_where_the_component_is_on_one(make_verdict: Make) -> None:
    at = {"event": 19, "host": "c-1", "host_name": "web"}
    who = {"rhc": {"kind": "stand-in", "hosts": {"web": {}}}, "ingress": {"kind": "stand-in"}}

    def head(role: str) -> str:
        verdict = make_verdict(Finding("clause", "x", "y", role=role, **at), participants=who)
        return texts(diagnose(verdict, Trace(), {}, None))[0]

    assert head("rhc") == "VERDICT: fail: look at rhc on web"
    assert head("ingress") == "VERDICT: fail: look at ingress"


def test_the_kits_failure_names_no_component(make_verdict: Make) -> None:
    found = diagnose(make_verdict(Finding("harness", "x", "y")), Trace(), {}, None)
    assert found is not None
    assert found.role is None
    assert texts(found)[0] == "VERDICT: error: the kit failed, no component is to blame"


def test_what_passes_has_none(make_verdict: Make) -> None:
    assert diagnose(make_verdict(), Trace(), {}, None) is None


def test_a_component_that_kept_the_flow_from_coming_up(report: Path) -> None:
    trouble = kit(2, "trouble", role="ingress", cause="ingress: not ready after 20 s", words="", kind="StartError")
    lines = [line.text for line in not_up(Trace([kit(1, "run", command=["./kit"]), trouble]), report)]
    assert lines[0] == "NOT UP: look at ingress"
    assert "  got       ingress: not ready after 20 s" in lines
    assert "  again     ./kit run --report report-again" in lines
    assert len(lines) <= ROWS
    assert not_up(Trace([kit(2, "trouble", role=None, cause="x")]), report) == []


def test_what_it_broke_before_is_told_as_well(report: Path) -> None:
    trace = Trace([kit(1, "run", command=["./kit"]), kit(2, "trouble", role="rhc", cause="never connected", words="")])
    of_rhc = {"role": "rhc", "contract": "asyncapi/mqtt.yaml#connect", "clause": "H-003"}
    findings = [
        Finding("clause", "a status", "none", role="rhc", event=3),
        Finding("breach", "a topic", "another", event=9, **of_rhc),
        Finding("breach", "the topic of the will", "yggdrasil/x", event=7, **of_rhc),
        Finding("breach", "x", "y", role="s3", event=1),
    ]
    lines = [line.text for line in not_up(trace, report, None, findings)]
    at = lines.index("  broke     H-003, asyncapi/mqtt.yaml#connect, trace.jsonl seq 7")
    assert lines[at + 1 : at + 3] == [
        "            expected  the topic of the will",
        "            got       yggdrasil/x",
    ]
    assert sum("broke" in line for line in lines) == 1
    assert len(lines) <= ROWS


def test_colour_at_a_terminal_only(make_verdict: Make, report: Path) -> None:
    found = diagnose(make_verdict(BROKEN), Trace([http(19)]), {}, report)
    assert found is not None
    bare, coloured = shown(found.lines, Screen()), shown(found.lines, Screen(coloured=True))
    assert not any("\x1b" in line for line in bare)
    assert coloured[0] == f"\x1b[31m{bare[0]}\x1b[0m"


@pytest.mark.parametrize(
    ("environ", "tty", "coloured"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_when_there_is_colour(environ: dict[str, str], tty: bool, coloured: bool) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return tty

    assert Screen.of(Stream(), environ) == Screen("ascii", coloured)


def test_a_terminal_without_the_signs_gets_others(make_verdict: Make, report: Path) -> None:
    found = diagnose(make_verdict(BROKEN), Trace([http(19)]), {}, report)
    assert found is not None
    lines = shown(found.lines, Screen("latin-1"))
    assert all(line.isascii() for line in lines)
    assert "  > i   --19 upload announce--> pbd  x" in lines
