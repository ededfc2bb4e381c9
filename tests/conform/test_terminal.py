from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hopcheck.conform.failure import COLUMNS, ROWS, explain
from hopcheck.conform.model import ClauseReport, Component, Exchange
from hopcheck.conform.terminal import FAILURES_SHOWN, render

Make = Callable[..., Any]


def test_a_pass_says_it_all_on_one_screen(make_report: Make) -> None:
    assert render(make_report(), Path("report")) == [
        "hopcheck conform ingress",
        "  component       cmd ./my-ingress --flag",
        "  version         my-ingress 1.2",
        "  identity        sha256 abababababab",
        "  kit             hopcheck 0.1.0",
        "  contracts       cdcdcdcdcdcd, runtime process",
        "  seeds           abc, abd",
        "  capabilities    core",
        "  traces          2 parts, 6 observations",
        "  neighbours      trusted, none failed",
        "  clauses         3 bind ingress",
        "    pass            2",
        "    fail            0",
        "    skip            0",
        "    disabled        0",
        "    not exercised   1  ING-03",
        "    harness error   0",
        "  report: report/index.html",
        "VERDICT: pass",
    ]


def test_a_pass_fits_24_by_80_whatever_its_names_are(make_report: Make, make_clause: Make, hostile: str) -> None:
    states = ("pass", "skip", "disabled", "not_exercised")
    clauses = [make_clause(f"CLAUSE-{number:03}", states[number % 4]) for number in range(400)]
    long = hostile * 50
    report = make_report(
        *clauses,
        component=Component("ingress", "cmd", long, long, {long: long, "sha256": "ab" * 32}),
        seeds=tuple(f"{n:08x}" for n in range(40)),
        capabilities=(long,) * 9,
        others=(),
    )
    lines = render(report, Path("report"))
    assert lines[-1] == "VERDICT: pass"
    assert len(lines) < 24
    assert max(map(len, lines)) <= COLUMNS
    assert all(line.isprintable() for line in lines)


def test_a_failure_is_explained(make_failure: Make, make_clause: Make) -> None:
    assert explain(make_failure(), make_clause("ING-02", "fail")) == [
        "CLAUSE arrow 17 ING-02 (MUST) [ingress] a clause was broken",
        "  rule: The rule ING-02.",
        "  source: ingress: upload.go",
        "  contract: openapi/ingress.yaml",
        "  expected: 400",
        "  got: 500",
        "  during: ingress/no-identity",
        "  part 1, seq 7, insights-client>ingress:",
        "    a > b http request {}",
        "    POST",
        "  part 1, seq 8, insights-client>ingress:",
        "    b > a http response {}",
        "    500",
        "  alone: hopcheck conform ingress --seed abc -k ingress/no-identity",
    ]


def test_the_exchange_that_shows_it_is_among_those_shown(make_failure: Make) -> None:
    many = tuple(Exchange(1, seq, "a>b", f"text of {seq}\n" + "x" * 500) for seq in range(1, 30))
    lines = explain(make_failure(seq=20, exchanges=many), None)
    assert len(lines) <= ROWS
    assert "    text of 20" in lines
    assert any(line.startswith("  … and ") for line in lines)


def test_whatever_a_peer_sent_takes_twenty_lines(make_failure: Make, make_clause: Make, hostile: str) -> None:
    for text in (hostile * 1000, "x" * 1_000_000, "a b " * 100_000, "\n" * 5000, "", "\t" * 500, " " * 500):
        shown = tuple(Exchange(1, seq, text, text) for seq in range(5))
        failure = make_failure(expected=text, got=text, item=text, contract=text, role=text, exchanges=shown)
        lines = explain(failure, make_clause("ING-02", text=text, source=text))
        assert len(lines) <= ROWS
        assert max(map(len, lines)) <= COLUMNS
        assert all(line.isprintable() for line in lines), lines
        assert lines[-1].startswith("  alone: hopcheck conform")


def test_what_fails_is_told_first_and_the_verdict_last(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    lines = render(make_report(*all_states, troubles=("part 1: no port",)), Path("report"))
    assert lines[0] == "KIT part 1: no port"
    assert [line for line in lines if line.startswith("CLAUSE")] == [
        "CLAUSE arrow 17 ING-02 (MUST) [ingress] a clause was broken"
    ]
    assert "    skip            1  ING-03" in lines
    assert "    fail            2  ING-02 ING-07" in lines
    assert "  remarks         1 that fail nothing, see the report" in lines
    assert lines[-1] == "VERDICT: fail"


def test_of_many_failures_the_first_are_explained(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    broken = [make_clause(f"ING-{n:02}", "fail", failures=(make_failure(clause=f"ING-{n:02}"),)) for n in range(12)]
    report = make_report(*broken, others=(make_failure(kind="lost", clause=None),))
    for directory, where in ((Path("out"), "out/index.html"), (None, "its report, with --report DIR")):
        lines = render(report, directory)
        assert sum(line.startswith("CLAUSE") for line in lines) == FAILURES_SHOWN
        assert f"… and {13 - FAILURES_SHOWN} more failures: see {where}" in lines
        assert "  beside clauses  1 failure" in lines


@pytest.mark.parametrize(("broken", "verdict"), [(True, "fail"), (False, "error")])
def test_neighbours_are_explained_only_where_nothing_else_is(
    make_report: Make, make_clause: Make, make_failure: Make, broken: bool, verdict: str
) -> None:
    neighbours = tuple(make_failure(role="s3", clause=f"S3-{n}") for n in range(3))
    clauses = (make_clause("ING-02", "fail", failures=(make_failure(),)) if broken else make_clause("ING-02"),)
    lines = render(make_report(*clauses, neighbours=neighbours), Path("report"))
    told = [line for line in lines if "[s3]" in line]
    assert len(told) == (0 if broken else 2)
    assert ("… and 1 more failure of neighbours: see report/index.html" in lines) is not broken
    assert any(line.startswith("  neighbours      3 failures, ") for line in lines)
    assert lines[-1] == f"VERDICT: {verdict}"


def test_troubles_are_cut(make_report: Make) -> None:
    lines = render(make_report(troubles=("x" * 10_000,) * 9), None)
    assert lines[-1] == "VERDICT: error"
    assert sum(line.startswith("KIT ") for line in lines) == 5
    assert "… and 4 more troubles: see its report, with --report DIR" in lines
    assert max(map(len, lines)) <= 3 * COLUMNS


def test_what_is_not_judged_is_told_whole(make_report: Make) -> None:
    said = "rhc<>rhc-worker-playbook (arrows 2, 13): rhcd and its worker talk gRPC over a socket, where no tap is"
    shown = render(replace(make_report(), generation="rhel-8-9", not_judged=(said,)), None)
    assert "  generation      rhel-8-9" in shown
    start = next(number for number, line in enumerate(shown) if line.startswith("  not judged"))
    assert " ".join(line[18:] for line in shown[start : start + 2]) == said
    assert all(len(line) <= 80 for line in shown[start : start + 2])
    assert not [line for line in render(make_report(), None) if "generation" in line or "not judged" in line]
