from __future__ import annotations

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
