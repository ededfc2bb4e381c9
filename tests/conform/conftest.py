from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hopcheck.conform.chain import chain
from hopcheck.conform.model import ClauseReport, Component, Exchange, Failure, Part, Report, part_directory
from hopcheck.trace import Draft, Redactor, Store

Make = Callable[..., Any]
HOSTILE = "</script></pre><img src=x onerror=alert(1)>\x1b[2J\x00\u202e\ud800]]>\"'&|`$verdict\r\n# head\n"


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def make_failure() -> Make:
    def make(**changes: Any) -> Failure:
        request = Exchange(1, 7, "insights-client>ingress", "a > b http request {}\nPOST")
        answer = Exchange(1, 8, "insights-client>ingress", "b > a http response {}\n500")
        failure = Failure(
            "clause",
            "ING-02",
            "openapi/ingress.yaml",
            17,
            "ingress",
            "400",
            "500",
            "MUST",
            "ingress/no-identity",
            1,
            8,
            (request, answer),
            "hopcheck conform ingress --seed abc -k ingress/no-identity",
        )
        return replace(failure, **changes)

    return make


@pytest.fixture
def make_clause() -> Make:
    def make(id: str = "ING-01", state: str = "pass", **changes: Any) -> ClauseReport:
        clause = ClauseReport(
            id,
            "MUST",
            f"The rule {id}.",
            "ingress: upload.go",
            ("insights-client>ingress", "ingress>s3"),
            "core",
            state,  # type: ignore[arg-type]
            "" if state in ("pass", "fail") else f"why {id}",
            (Exchange(1, 3, "insights-client>ingress", "a > b http request {}"),),
            (),
            f"hopcheck conform ingress --seed abc -k {id}",
        )
        return replace(clause, **changes)

    return make


@pytest.fixture
def make_report(make_clause: Make) -> Make:
    def make(*clauses: ClauseReport, **changes: Any) -> Report:
        report = Report(
            "ingress",
            Component("ingress", "cmd", "./my-ingress --flag", "my-ingress 1.2", {"sha256": "ab" * 32}),
            "0.1.0",
            f"sha256:{'cd' * 32}",
            "process",
            ("abc", "abd"),
            ("core",),
            (),
            "hopcheck conform ingress --sut 'ingress=cmd:./my-ingress --flag'",
            clauses or (make_clause(), make_clause("ING-02"), make_clause("ING-03", "not_exercised")),
            (),
            (),
            (),
            (Part(1, "part-1", 3, "ef" * 32), Part(2, "part-2", 3, "ee" * 32)),
        )
        return replace(report, **changes)

    return make


@pytest.fixture
def all_states(make_clause: Make, make_failure: Make) -> tuple[ClauseReport, ...]:
    return (
        make_clause("ING-01"),
        make_clause("ING-02", "fail", failures=(make_failure(),)),
        make_clause("ING-03", "skip", failures=(make_failure(clause="ING-03"),)),
        make_clause("ING-04", "disabled"),
        make_clause("ING-05", "not_exercised"),
        make_clause("ING-06", "harness_error"),
        make_clause("ING-07", "fail", level="SHOULD", failures=(make_failure(clause="ING-07", level="SHOULD"),)),
    )


@pytest.fixture
def with_traces(tmp_path: Path) -> Callable[[Report], tuple[Report, Path]]:
    """A report, and the directory with two small traces that it claims to be made of."""

    def make(report: Report) -> tuple[Report, Path]:
        directory, parts = tmp_path / "report", []
        for number in (1, 2):
            store = Store(part_directory(directory, number), Redactor(b"key"))
            for payload in (b"small", b"x" * 70_000, None):
                store.append(Draft("tap", "a>b", "http", "request", "a", "b", attrs={"path": "/p"}, payload=payload))
            store.close()
            parts.append(Part(number, store.directory.name, 3, chain(store.path)))
        return replace(report, parts=tuple(parts)), directory

    return make
