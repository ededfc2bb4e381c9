import os
import subprocess
import sys

import pytest


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fakes.faults", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )


@pytest.mark.parametrize("name", ["nobody.does-this", "s3.does-this", ""])
def test_unknown_fault_is_refused(name):
    told = call(name)
    assert told.returncode == 1
    assert "fakes.faults: no fault" in told.stderr


def test_arguments_are_the_stand_ins():
    assert call("s3.forgets-objects", "--version").stdout == "hopcheck-s3 0.1.0\n"
    assert call("insights-client.uploads-nothing", "--version").stdout == "hopcheck-insights-client 0.1.0\n"


def test_first_argument_chooses_the_verifier(tmp_path):
    told = call("insights-client.refuses-with-another-status", "verifier", "--playbook", str(tmp_path / "none"))
    assert told.returncode == 2
    assert "No such file" in told.stdout


def test_verifier_that_accepts_all(tmp_path):
    (tmp_path / "playbook.yml").write_text("- hosts: all\n")
    told = call("insights-client.accepts-what-was-altered", "verifier", "--playbook", str(tmp_path / "playbook.yml"))
    assert (told.returncode, told.stdout) == (0, "- hosts: all\n\n")
