from __future__ import annotations

from typing import get_args

import pytest

from hopcheck.checks.verdict import Finding, Kind
from hopcheck.report.finding import FACT_CHARACTERS, alike, explain, further


def test_every_fact_has_its_line() -> None:
    text = explain(
        Finding(
            "clause",
            "one pong",
            "none",
            role="rhc",
            clause="H-018",
            contract="c.yaml",
            arrow=6,
            event=7,
            line=31,
            prefix=(1, 2),
            run="a plan",
            level="SHOULD",
            host="c-1",
            host_name="web",
        )
    )
    assert text.splitlines() == [
        "CLAUSE arrow 6 [rhc] a clause was broken",
        "  run: a plan",
        "  host: web (c-1)",
        "  clause: H-018 (SHOULD)",
        "  contract: c.yaml",
        "  expected: one pong",
        "  got: none",
        "  diagram: contracts/flow.mmd, line 31",
        "  event: trace.jsonl, seq 7",
        "  shortest offending prefix: 1, 2",
    ]


def test_what_is_unknown_has_no_line() -> None:
    assert explain(Finding("lost", "it runs", "")).splitlines() == [
        "LOST [nobody] a component ended by itself",
        "  expected: it runs",
        "  got: nothing",
    ]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_explained(kind: Kind) -> None:
    assert explain(Finding(kind, "x", "y")).startswith(f"{kind.upper()} [nobody] ")


def test_a_long_prefix_shows_its_end() -> None:
    text = explain(Finding("forbidden", "x", "y", prefix=tuple(range(1, 21))))
    assert text.endswith("shortest offending prefix: … 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20")


def test_what_a_peer_sent_cannot_speak_to_the_terminal() -> None:
    text = explain(Finding("breach", "x", "a\x1b[2Jb\rc\x07\ud800", role="\x1b]0;"))
    assert not {"\x1b", "\r", "\x07", "\ud800"} & set(text)
    assert r"got: a\x1b[2Jb\rc\x07\ud800" in text


def test_further_lines_of_a_value_are_indented() -> None:
    assert explain(Finding("breach", "x", "one\nVERDICT: pass")).splitlines()[-1] == "    VERDICT: pass"


def test_a_long_value_is_cut_and_says_so() -> None:
    text = explain(Finding("breach", "x", "y" * 100_000))
    assert len(text) < FACT_CHARACTERS + 200
    assert text.endswith("… of 100000 characters")


def test_those_that_say_the_same_of_the_same_role_are_counted_apart() -> None:
    first, again = (
        Finding("clause", "1", got, role="ingress", clause="ING-08", event=n) for n, got in ((3, "2"), (9, ""))
    )
    other, whose = Finding("clause", "1", "2", role="s3", clause="ING-08"), Finding("lost", "it runs", "")
    assert alike([first, other, again, whose]) == [[first, again], [other], [whose]]
    assert further([first], first) == ""
    assert further([first, again], first) == "1 more like it"
    assert further([first, other], first) == "1 more finding"
    assert further([first, other, again, whose], first) == "1 more like it, 2 more findings"
