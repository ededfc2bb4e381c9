from __future__ import annotations

import pytest
from docker.errors import APIError

from hopcheck.topology.containers import execute as module
from hopcheck.topology.containers.execute import Executed, execute
from tests.topology.containers.exec_engine import engine, frame

RUNS = {"Running": True, "ExitCode": None}
ENDED = {"Running": False, "ExitCode": 3}


def test_what_comes_together_with_the_head_is_not_lost() -> None:
    output = frame(1, b"out") + frame(2, b"err") + frame(2, b"") + frame(1, b"put")
    with engine(output, ENDED) as container:
        assert execute(container, ["ls", "-l"], user="nobody") == Executed(3, b"output", b"err")
        assert [(made["Cmd"], made["User"]) for made in container.made] == [(["ls", "-l"], "nobody")]


def test_a_command_may_print_nothing() -> None:
    with engine(b"", {"Running": False, "ExitCode": 0}) as container:
        assert execute(container, ["true"]) == Executed(0, b"", b"")


def test_the_status_comes_once_the_engine_knows_it() -> None:
    with engine(frame(1, b"x"), RUNS, RUNS, ENDED) as container:
        assert execute(container, ["x"]).status == 3


def test_an_engine_that_never_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STATUS_S", 0.05)
    with engine(b"", RUNS) as container, pytest.raises(TimeoutError, match="does not tell how e1 ended"):
        execute(container, ["x"])


def test_a_refusal_is_the_engines_own() -> None:
    with (
        engine(b"", ENDED, refusal="container c1 is paused") as container,
        pytest.raises(APIError, match="c1 is paused"),
    ):
        execute(container, ["x"])
