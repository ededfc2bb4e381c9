from __future__ import annotations

import pytest
from dbus_fast import DBusError, Message
from dbus_fast.constants import MessageType

from fakes.rhc.envelope import Data
from fakes.rhc.workers import WorkerEvent, Workers, scrub


@pytest.mark.parametrize(("directive", "scrubbed"), [("rhc-worker-playbook", "rhc_worker_playbook"), ("a_b", "a_b")])
def test_scrub(directive, scrubbed):
    assert scrub(directive) == scrubbed


@pytest.fixture
async def workers(peer):
    workers = Workers(peer)
    workers.changes, workers.events = [], []
    workers.changed = lambda: workers.changes.append(workers.dispatchers())
    workers.event = workers.events.append
    await workers.scan()
    return workers


async def test_nobody_there_is_an_empty_map(workers):
    assert workers.changes == [{}]
    assert workers.owned_by(":1.99") is None


@pytest.mark.parametrize("directive", ["nobody", "not/legal", ""])
async def test_unknown_worker_is_an_error(workers, directive):
    with pytest.raises((DBusError, ValueError)):
        await workers.remote_content(directive)
    with pytest.raises((DBusError, ValueError)):
        await workers.dispatch(Data("m", "", directive, {}, b""))


def signal(member, interface, path, signature, body):
    return Message(
        message_type=MessageType.SIGNAL, member=member, interface=interface, path=path, signature=signature, body=body
    )


async def test_only_whole_events_are_handed_on(workers):
    path, interface = "/com/redhat/Yggdrasil1/Worker1/echo", "com.redhat.Yggdrasil1.Worker1"
    workers._on_signal(signal("Event", interface, path, "us", [1, "m"]))
    workers._on_signal(signal("Event", interface, path, "ussa{ss}", [1, "m", "r", {}]))
    assert workers.events == [WorkerEvent("echo", 1, "m", "r", {})]
