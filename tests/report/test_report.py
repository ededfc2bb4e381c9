from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hopcheck.report import write_report
from hopcheck.trace import Trace

Make = Callable[..., Any]


def test_all_reports_are_written(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    verdict = make_verdict()
    write_report(verdict, Trace([]), tmp_path / "new" / "report", contracts)
    written = {path.name: path.read_bytes() for path in (tmp_path / "new" / "report").iterdir()}
    assert set(written) == {"summary.json", "junit.xml", "index.html"}
    assert json.loads(written["summary.json"]) == json.loads(json.dumps(verdict.summary()))


def test_the_same_verdict_gives_the_same_bytes(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(make_verdict(), Trace([]), tmp_path / name, contracts)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_pages_are_utf_8_whatever_the_locale(make_verdict: Make, contracts: Path, tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.report import write_report
from hopcheck.trace import Trace
verdict = Verdict("process", {{}}, (), {{}}, {{"observed": 0, "validated": 0, "unmapped": 0}}, {{}},
                  (Finding("lost", "x", "Gr\\xf6\\xdfe"),))
write_report(verdict, Trace([]), Path({str(tmp_path)!r}), Path({str(contracts)!r}))
"""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(contracts.parent)}
    subprocess.run([sys.executable, "-c", program], env=env, check=True)
    assert "Größe" in (tmp_path / "index.html").read_text("utf-8")
