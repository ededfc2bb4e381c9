from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.report.page.surroundings import facts, participants, started
from hopcheck.trace import Trace
from tests.report.page.page_events import kit

Make = Callable[..., Any]


def test_what_the_trace_tells_is_shown() -> None:
    told = {"kit": "1", "kernel": "Linux 6", "command": ["./kit", "run", "<x>"], "options": {"sut": ["s3=cmd:a"]}}
    page = facts(started(Trace([kit(1, "run", **told)])), "./kit run --all")
    for said in ("Linux 6", "./kit run &lt;x&gt;", "Option sut", "s3=cmd:a", "./kit run --all"):
        assert said in page
    assert "Not recorded" not in page


def test_an_older_trace_is_not_given_todays_machine() -> None:
    page = facts(started(Trace([kit(1, "run", kit="0.1.0")])), "hopcheck run")
    assert "Not recorded" in page
    assert "Kernel" not in page
    assert started(Trace([])) == {}


def test_a_program_stands_with_its_command(make_verdict: Make) -> None:
    trace = Trace([kit(1, "participant", role="ingress", command="./mine --flag <b>")])
    assert "./mine --flag &lt;b&gt;" in participants(make_verdict(), trace)
