"""What a run leaves behind: summary.json, junit.xml and one offline index.html beside the trace."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson

from hopcheck.checks.verdict import Verdict
from hopcheck.flow import parse
from hopcheck.report.html import page
from hopcheck.report.junit import junit
from hopcheck.report.page import clauses
from hopcheck.report.page.source import Sources
from hopcheck.report.sentences import of_trace
from hopcheck.trace import Trace


def write_report(verdict: Verdict, trace: Trace, directory: Path, contracts: Path, logs: Path | None = None) -> None:
    """Write every report of ``verdict`` into ``directory``, which is made where absent.

    ``logs`` is where those of the participants lie: by default, in ``directory``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    sentences = of_trace(trace)
    summary = {**verdict.summary(), "sentences": [asdict(each) for each in sentences]}
    (directory / "summary.json").write_bytes(orjson.dumps(summary, option=options) + b"\n")
    (directory / "junit.xml").write_bytes(junit(verdict, sentences))
    diagram = parse((contracts / "flow.mmd").read_text("utf-8"))
    text = page(
        verdict,
        trace,
        diagram,
        catalogue=clauses.read(contracts, verdict.generation),
        sources=Sources(contracts),
        logs=directory / "logs" if logs is None else logs,
    )
    (directory / "index.html").write_text(text, "utf-8")
