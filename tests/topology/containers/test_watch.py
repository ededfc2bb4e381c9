import asyncio
import queue
from types import SimpleNamespace

import pytest
from docker.errors import APIError
from requests.exceptions import ConnectionError as Gone

from hopcheck.topology.containers import labels
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.watch import ENGINE, EngineWatch

END = object()


class Stream:
    """The engine's events: a test puts them, an error to be raised, or `END`."""

    def __init__(self):
        self.events = queue.Queue()

    def __iter__(self):
        while (event := self.events.get()) is not END:
            if isinstance(event, Exception):
                raise event
            yield event

    def close(self):
        self.events.put(END)


@pytest.fixture
def stream():
    return Stream()


@pytest.fixture
def asked():
    return []


@pytest.fixture
async def watch(stream, asked):
    client = SimpleNamespace(events=lambda **how: asked.append(how) or stream)
    watch = EngineWatch(Engine(client, "docker", "", 1, ""), "hc-x")
    await watch.start()
    yield watch
    await watch.stop()


@pytest.fixture
def lost(watch):
    """What was told to be lost, as it comes."""
    told = asyncio.Queue()
    watch.lost = lambda what, cause, words="", status=None, **_: told.put_nowait((what, cause, status))
    return told


def machine(name="hc-x-web", expected=False):
    return SimpleNamespace(name=name, hostname=name.rpartition("-")[2], expected_exit=expected)


def died(name="hc-x-web", **attributes):
    return {"Actor": {"Attributes": {"name": name, **attributes}}}


async def next_of(lost):
    async with asyncio.timeout(10):
        return await lost.get()


async def test_only_this_runs_machines_are_listened_to(watch, asked):
    assert asked == [{"decode": True, "filters": {"type": "container", "event": "die", "label": f"{labels.RUN}=hc-x"}}]


async def test_a_machine_that_ends_unbidden_is_named_with_its_status(watch, stream, lost):
    watch.add(machine())
    stream.events.put(died(exitCode="137"))
    assert await next_of(lost) == ("web", "the machine web ended by itself with status 137", 137)


async def test_a_status_that_the_engine_does_not_tell_is_none(watch, stream, lost):
    watch.add(machine())
    stream.events.put(died())
    assert await next_of(lost) == ("web", "the machine web ended by itself with status ?", None)


async def test_who_was_told_to_end_and_who_is_no_machine_of_ours_is_no_loss(watch, stream, lost):
    watch.add(machine("hc-x-mail", expected=True))
    watch.add(machine())
    for name in ("hc-x-mail", "stranger", "hc-x-web"):
        stream.events.put(died(name, exitCode="0"))
    assert (await next_of(lost))[0] == "web"
    assert lost.empty()


@pytest.mark.parametrize(
    ("end", "cause"),
    [(END, "its event stream ended"), (Gone("connection broken"), "connection broken"), (APIError("500"), "500")],
)
async def test_an_engine_that_goes_away_in_mid_run_is_said_to(watch, stream, lost, end, cause):
    stream.events.put(end)
    assert await next_of(lost) == (ENGINE, f"the container engine went away in mid-run: {cause}", None)


async def test_who_stops_listening_loses_nothing(watch, lost):
    await watch.stop()
    await asyncio.sleep(0)
    assert lost.empty()
