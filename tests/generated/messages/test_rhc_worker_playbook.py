"""The worker's stand-in without a process: whatever is dispatched, it begins and ends, and serves the next one."""

import asyncio
import json
from collections import Counter
from types import SimpleNamespace
from uuid import uuid4

import pytest

from fakes.rhc_worker_playbook import job, playbook
from fakes.rhc_worker_playbook.config import Config
from fakes.rhc_worker_playbook.job import Jobs
from fakes.rhc_worker_playbook.worker1 import BEGIN, END, Worker1
from hopcheck.generated.messages import DBUS, LINES, MQTT
from hopcheck.generated.messages_sequence import sequences

METADATA = {"crc_dispatcher_correlation_id": str(uuid4()), "return_url": "https://localhost/", "response_interval": "0"}
PLAYBOOK = b"- name: a play\n  hosts: localhost\n"


class World:
    def __init__(self):
        self.events, self.uploads = Counter(), []
        self.jobs = Jobs(Config(verify_playbook=False), self.transmit)
        self.worker = Worker1(SimpleNamespace(), "rhc_worker_playbook", self.jobs.handle)
        self.worker.Event = lambda name, message_id, response_to, data: self.events.update([(name, message_id)])

    async def transmit(self, addr, message_id, response_to, metadata, data):
        self.uploads.append((response_to, data))
        return 201

    async def dispatch(self, *args):
        Worker1.Dispatch.__wrapped__(self.worker, *args)
        await asyncio.gather(*self.worker._tasks)


@pytest.fixture
def play(monkeypatch):
    ran = []

    async def run(correlation_id, content, report):
        ran.append(content)
        report({"event": "playbook_on_stats", "uuid": "u", "counter": 1})

    monkeypatch.setattr(job.runner, "run", run)
    with asyncio.Runner() as runner:
        yield lambda act: runner.run(act(World(), ran))


def test_what_is_dispatched(generated, put, play):
    def dispatches(messages):
        async def act(world, ran):
            asked = Counter()
            for message in messages:
                directive, message_id, response_to, *_ = message.beside["args"]
                metadata = message.beside["args"][3]
                asked[message_id] += 1
                await world.dispatch(directive, message_id, response_to, METADATA | metadata, message.data)
                await world.dispatch(directive, message_id, response_to, metadata, PLAYBOOK)
            for name in asked:
                assert world.events[BEGIN, name] == world.events[END, name] == 2 * asked[name], "H-039"
            ran.clear()
            await world.dispatch("rhc_worker_playbook", "the-last", "", METADATA, PLAYBOOK)
            assert ran == [playbook.prepare(PLAYBOOK)]
            assert [name for name, _ in world.uploads].count("the-last") == 1, "H-056"

        play(act)

    put(DBUS, "the worker is dispatched", sequences(generated.of(DBUS, "Worker1.Dispatch")), dispatches)


def test_what_is_in_a_data_message(generated, put, play):
    """Metadata and content as the broker brings them, right or wrong."""

    def dispatches(messages):
        async def act(world, ran):
            for message in messages:
                try:
                    told = json.loads(message.data.decode())
                    metadata = {name: str(value) for name, value in told["metadata"].items()}
                except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
                    metadata = {}
                await world.dispatch("rhc_worker_playbook", "id", "", metadata, message.data)
            assert world.events[BEGIN, "id"] == world.events[END, "id"] == len(messages), "H-039"

        play(act)

    put(MQTT, "the worker gets data's metadata", sequences(generated.of(MQTT, "data")), dispatches)


def test_what_ansible_runner_tells(generated, put):
    def told(messages):
        for message in messages:
            try:
                event = json.loads(message.data.decode())
            except (ValueError, RecursionError):
                continue
            if not isinstance(event, dict) or not isinstance(event.get("event_data", {}), dict):
                continue
            narrowed = job.event.from_runner(event, METADATA["crc_dispatcher_correlation_id"])
            if "crc_dispatcher_correlation_id" not in event.get("event_data", {}):
                assert narrowed["event_data"]["crc_dispatcher_correlation_id"], "H-052"
            if generated.holds(LINES, "playbook", event):
                assert generated.holds(LINES, "playbook", narrowed), "H-053"

    put(LINES, "the worker narrows events", sequences(generated.of(LINES, "playbook")), told)
