from __future__ import annotations

import subprocess
import sys

import pytest

from hopcheck.bench.child import Child, ChildError, run


def test_a_child_that_fails(capfd):
    with pytest.raises(ChildError, match=r"hopcheck\.bench\.load .*status 1"):
        run("hopcheck.bench.load", "no-port", "1", "1")
    assert "no-port" in capfd.readouterr().err


def test_a_child_that_ends_before_it_says_anything(capfd):
    with Child("hopcheck.bench.load", "no-port", "1", "1") as child, pytest.raises(ChildError, match="before"):
        child.line()
    assert "no-port" in capfd.readouterr().err


def test_leaving_ends_it():
    with Child("hopcheck.bench.answer") as child:
        child.line()
    assert child._child.returncode is not None


@pytest.mark.parametrize("order", [("SIGINT", "SIGTERM"), ("SIGTERM", "SIGINT"), ("SIGTERM", "SIGTERM")])
def test_what_unwinds_is_not_interrupted_again(order):
    program = f"""\
import signal
from hopcheck.bench.child import interruptible
interruptible()
try:
    signal.raise_signal(signal.{order[0]})
    print("not interrupted")
except KeyboardInterrupt:
    signal.raise_signal(signal.{order[1]})
    print("unwound")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "unwound\n"


def test_a_child_has_the_time_that_it_is_given():
    with pytest.raises(ChildError, match=r"not done after 0\.01 s"):
        run("hopcheck.bench.load", "0", "1", "1", timeout=0.01)
