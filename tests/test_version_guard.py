from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import hopcheck
from hopcheck.exit_status import HARNESS_ERROR
from hopcheck.home import ROOT

GUARD = Path(hopcheck.__file__)
OLD = "import runpy, sys; sys.version_info = (3, 10, 13, 'final', 0); sys.version = '3.10.13 (old)'; "


@pytest.mark.parametrize("started", ["runpy.run_module('hopcheck')", "import hopcheck.cli", "import hopcheck.plugin"])
def test_an_old_python_is_told_in_a_line_however_it_comes_here(started: str) -> None:
    done = subprocess.run([sys.executable, "-c", OLD + started], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == HARNESS_ERROR
    assert done.stderr.startswith("hopcheck: this is Python 3.10.13, and 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1


def test_an_old_python_can_read_the_guard() -> None:
    tree = ast.parse(GUARD.read_text(), feature_version=(3, 4))
    assert not any(isinstance(each, ast.JoinedStr | ast.NamedExpr | ast.AnnAssign) for each in ast.walk(tree))


def test_it_can_be_called_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "hopcheck", "rnu"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "meant is perhaps 'run'" in done.stderr
