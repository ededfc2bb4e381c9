from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hopcheck.checks.verdict import Finding
from hopcheck.report import write_report
from hopcheck.topology.topology import JUDGED
from hopcheck.trace import Event, Trace
from tests.report.page_reader import Reader

Make = Callable[..., Any]
WALL = "2026-11-26T22:22:54.291870+00:00"


def test_all_reports_are_written(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    verdict = make_verdict()
    write_report(verdict, Trace([]), tmp_path / "new" / "report", contracts)
    written = {path.name: path.read_bytes() for path in (tmp_path / "new" / "report").iterdir()}
    assert set(written) == set(JUDGED)
    summary = json.loads(written["summary.json"])
    assert summary == json.loads(json.dumps({**verdict.summary(), "sentences": []}))


def test_sentences_that_do_not_hold_are_in_every_report(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    told = {"scenario": "A shop", "file": "a.feature", "line": 7, "text": "Then it is <open>", "why": "it is closed"}
    trace = Trace([Event(1, 1, 1, WALL, "kit", "kit", "kit", "sentence", "", "", None, None, told, None)])
    write_report(make_verdict(), trace, tmp_path, contracts)
    assert json.loads((tmp_path / "summary.json").read_text())["sentences"] == [told]
    [failure] = ElementTree.parse(tmp_path / "junit.xml").iter("failure")
    assert (failure.get("message"), failure.text) == ("it is closed", "a.feature:7: Then it is <open>: it is closed")
    assert "a.feature:7: Then it is &lt;open&gt;: it is closed" in (tmp_path / "index.html").read_text()


def test_the_same_verdict_gives_the_same_bytes(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(make_verdict(), Trace([]), tmp_path / name, contracts)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_pages_are_utf_8_whatever_the_locale(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.checks.verdict import Finding
from hopcheck.report import write_report
from hopcheck.trace import Trace
verdict = Verdict("process", {{}}, (), {{}}, {{"observed": 0, "validated": 0, "unmapped": 0}}, {{}},
                  (Finding("lost", "x", "Gr\\xf6\\xdfe"),))
write_report(verdict, Trace([]), Path({str(tmp_path)!r}), Path({str(contracts)!r}))
"""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(contracts.parent)}
    subprocess.run([sys.executable, "-c", program], env=env, check=True)
    assert "Größe" in (tmp_path / "index.html").read_text("utf-8")


def test_logs_that_lie_elsewhere_are_read_there(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "ingress.log").write_text("2026-01-02T03:04:05Z up\n")
    write_report(make_verdict(), Trace([]), tmp_path / "again", contracts, tmp_path / "logs")
    assert Reader((tmp_path / "again" / "index.html").read_text("utf-8")).about["sources"] == ["ingress"]


def test_the_contract_that_was_broken_is_quoted(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    broken = Finding(
        "breach", "request.body.directive: type string", "1", contract="openapi/cloud-connector.yaml#sendMessageV2"
    )
    write_report(make_verdict(broken), Trace([]), tmp_path, contracts)
    reader = Reader((tmp_path / "index.html").read_text("utf-8"))
    assert reader.about["findings"][0]["source"][0] == "openapi/cloud-connector.yaml"
    assert "contracts/openapi/cloud-connector.yaml, line" in reader.text
