from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations_ui.poller import Poller, State, look

LOOK = ["run", "systems", "system"]


def test_systems_and_logs_once_per_change(client: Any) -> None:
    for status, running in (("running", 1), ("running", 1), ("success", 0)):
        client.say_run(status, running)
    first = look(client, "p", "r", State())
    second = look(client, "p", "r", first)
    third = look(client, "p", "r", second)
    assert client.names() == [*LOOK, "run", *LOOK]
    assert [(one.polls, one.done, one.logs) for one in (first, second, third)] == [
        (1, False, {"s1": "first"}),
        (2, False, {"s1": "first"}),
        (3, True, {"s1": "<b>last</b>"}),
    ]


@pytest.mark.parametrize("status", ["success", "failure", "canceled"])
def test_over_when_nobody_runs(client: Any, status: str) -> None:
    client.say_run(status, running=1)
    client.say_run(status)
    before = look(client, "p", "r", State())
    assert (before.done, look(client, "p", "r", before).done) == (False, True)


def test_an_error_keeps_what_was_seen_and_asks_again(client: Any) -> None:
    client.say_run("running", 1)
    client.say("run", "reset", status=502)
    client.say_run("running", 1)
    seen = look(client, "p", "r", State())
    broken = look(client, "p", "r", seen)
    assert (broken.run, broken.done, broken.error) == (
        seen.run,
        False,
        "The Remediations API did not answer. reset",
    )
    assert look(client, "p", "r", broken).error is None
    assert client.names() == [*LOOK, "run", *LOOK]


def test_a_log_that_is_not_there_yet_is_asked_for_again(client: Any) -> None:
    client.say_run("running", 1)
    client.script["system"][0] = type(client.script["system"][0])(404, "Not Found")
    missing = look(client, "p", "r", State())
    assert (missing.done, missing.error) == (
        False,
        "There is no such plan or run, or it is somebody else's. 404 Not Found",
    )
    assert look(client, "p", "r", missing).logs == {"s1": "<b>last</b>"}


def test_logs_that_somebody_follows_are_asked_for_while_the_run_goes_on(client: Any) -> None:
    for status, running in (("running", 1), ("running", 1), ("success", 0), ("success", 0)):
        client.say_run(status, running)
    state = State()
    for _ in range(4):
        state = look(client, "p", "r", state, True)
    assert client.names() == [*LOOK, *LOOK, *LOOK, "run"]


def test_when_a_run_ended_is_known_to_who_saw_it(client: Any) -> None:
    client.say_run("running", 1)
    client.say_run("success")
    running = look(client, "p", "r", State())
    over = look(client, "p", "r", running)
    later = look(client, "p", "r", State())
    assert (running.ended, later.ended) == (None, None)
    assert over.ended is not None
    assert look(client, "p", "r", over).ended == over.ended


def test_a_reader_makes_a_watch_follow_the_logs(client: Any) -> None:
    client.say_run("running", 1)
    poller = Poller(client, 0.001)
    poller.read("p", "r")
    with client.moved:
        assert client.moved.wait_for(lambda: client.names().count("system") > 2, 5)
    poller.stop()
    assert poller.read("p", "r").logs == {"s1": "<b>last</b>"}


def test_a_run_that_is_gone_ends_the_watch(client: Any) -> None:
    client.say("run", "Not Found", status=404)
    assert look(client, "p", "r", State()).done


def test_watches_each_run_once_until_it_is_over(client: Any) -> None:
    for status, running in (("running", 1), ("success", 0)):
        client.say_run(status, running)
    poller = Poller(client, 0.001)
    poller.watch("p", "r")
    poller.watch("p", "r")
    with client.moved:
        assert client.moved.wait_for(lambda: ("close",) in client.calls, 5)
    poller.stop()
    assert client.names() == [*LOOK, *LOOK, "close"]
    state = poller.state("p", "r")
    assert state is not None
    assert (state.done, state.polls) == (True, 2)
    assert poller.state("p", "x") is None


def test_stop_does_not_wait_for_the_interval(client: Any) -> None:
    client.say_run("running", 1)
    poller = Poller(client, 60)
    poller.watch("p", "r")
    with client.moved:
        assert client.moved.wait_for(lambda: len(client.calls) == 3, 5)
    poller.stop()
    assert client.names()[-1] == "close"
