from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["fakes.insights_client", "fakes.insights_client.verifier"])
def test_version(module):
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "hopcheck-insights-client 0.1.0\n")


def test_version_imports_no_insights_core():
    code = "import sys; from fakes.insights_client.__main__ import main; main(['--version']); print(*sys.modules)"
    assert " insights " not in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
