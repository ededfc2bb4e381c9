from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from hopcheck.conform.model import ClauseReport, Report
from hopcheck.conform.stored import NotAReport, decoded, digest, encoded

Make = Callable[..., Any]


def test_what_is_written_is_read_back(
    make_report: Make, make_failure: Make, all_states: tuple[ClauseReport, ...]
) -> None:
    other = make_failure(kind="lost", clause=None, contract=None, arrow=None, role=None, item=None, seq=None)
    report = make_report(*all_states, others=(other,), neighbours=(make_failure(role="s3"),), troubles=("no port",))
    assert decoded(encoded(report)) == report
    assert encoded(decoded(encoded(report))) == encoded(report)


def test_keys_are_sorted_and_lines_indented(make_report: Make) -> None:
    text = encoded(make_report()).decode()
    assert list(orjson.loads(text)) == sorted(orjson.loads(text))
    assert text.startswith('{\n  "capabilities"')


def test_lone_surrogates_can_be_written(make_report: Make, make_clause: Make, hostile: str) -> None:
    report = make_report(make_clause(why=hostile), command=hostile)
    read = decoded(encoded(report))
    assert read.command == hostile.replace("\ud800", "\\ud800")
    assert encoded(read) == encoded(report)


def test_the_digest_is_the_results_alone(make_report: Make, make_clause: Make) -> None:
    report: Report = make_report()
    assert digest(replace(report, kit="9", seeds=("x",), command="other")) == digest(report)
    assert digest(replace(report, clauses=(make_clause(why="x"), *report.clauses[1:]))) != digest(report)
    assert digest(replace(report, troubles=("x",))) != digest(report)


def changed(report: Report, *path: Any, to: Any) -> bytes:
    tree = at = orjson.loads(encoded(report))
    for step in path[:-1]:
        at = at[step]
    if to is None:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return orjson.dumps(tree)


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("kit",), None, "report: fields are missing or unknown: 'kit'"),
        (("more",), 1, "report: fields are missing or unknown: 'more'"),
        (("result",), None, "no result section"),
        (("kit",), 7, "report.kit: '7' is not of the type it should have"),
        (("seeds",), ["a", 1], r"report.seeds\[1\]: '1'"),
        (("component", "identity", "sha256"), [1], "report.component.identity.sha256"),
        (("parts", 0, "events"), True, r"report.parts\[0\].events: 'True'"),
        (("parts", 0), "x", r"report.parts\[0\]: no object"),
        (("result", "clauses", 0, "state"), "good", r"report.clauses\[0\].state: 'good'"),
        (("result", "clauses", 0, "state"), "fail", "do not follow"),
        (("result", "clauses", 0, "state"), ["pass"], r"report.clauses\[0\].state"),
        (("result", "verdict"), "fail", "verdict and counts do not follow"),
        (("result", "counts", "pass"), 7, "verdict and counts do not follow"),
    ],
)
def test_what_is_no_report_is_refused(make_report: Make, path: tuple[Any, ...], to: Any, said: str) -> None:
    with pytest.raises(NotAReport, match=said):
        decoded(changed(make_report(), *path, to=to))


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"{", b'{"result": []}', b"\xff"])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(NotAReport):
        decoded(data)
