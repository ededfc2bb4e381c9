"""rhc's stand-in without a process: whatever broker or bus hand it, it stays up and does what its clauses say."""

import asyncio
import json
import ssl
from collections import Counter

import pytest
from dbus_fast import Message, RequestNameReply, Variant
from dbus_fast.errors import DBusError

from fakes.rhc import daemon as subject
from fakes.rhc import paths
from fakes.rhc.config import Config
from hopcheck.generated.messages import DBUS, MQTT
from hopcheck.generated.messages_sequence import sequences

WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
DIRECTIVES = ("rhc-worker-playbook", "rhc_worker_playbook")
ALIKE = {"valid", "duplicate", "reordered", "stale"}


class Session:
    """In the place of the one with the broker."""

    def __init__(self, *_, **__):
        self.published, self.up, self.left = [], True, 0

    async def connect(self):
        pass

    async def publish(self, topic, payload, timeout=None):
        self.published.append(payload)

    async def disconnect(self):
        self.left += 1

    def abort(self):
        pass


class Bus:
    """In the place of a connection: it hangs up on whoever says what no bus lets pass."""

    unique_name = ":1.1"

    def __init__(self):
        self.calls, self.sent, self.writer = [], [], None

    def add_message_handler(self, handler):
        pass

    def export(self, path, interface):
        pass

    def disconnect(self):
        pass

    async def request_name(self, name, flags):
        return RequestNameReply.PRIMARY_OWNER

    async def send(self, message):
        self.sent.append(allowed(message))

    async def call(self, message):
        message.serial = 7
        self.calls.append(allowed(message))
        answer = self.answer(message)
        if answer is None:
            return Message.new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown", message.destination)
        return Message.new_method_return(message, *answer)

    def answer(self, message):
        match message.destination, message.member:
            case "org.freedesktop.DBus", "ListNames":
                return "as", [[WORKER]]
            case "org.freedesktop.DBus", "ListActivatableNames":
                return "as", [[WORKER]]
            case "org.freedesktop.DBus", "GetNameOwner":
                return "s", [":1.5"]
            case "org.freedesktop.DBus", _:
                return "", []
            case name, "Get" if name == WORKER:
                wanted = message.body[1] == "RemoteContent"
                return "v", [Variant("b", False) if wanted else Variant("a{ss}", {})]
            case name, _ if name == WORKER:
                return "", []
        return None


def allowed(message):
    message._marshall(False)
    for text in texts(message.body):
        assert "\0" not in text, f"the bus hangs up: {message.member} with a null character"
        text.encode()
    return message


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


class World:
    def __init__(self, folder):
        config = Config(protocol="mqtt", server=("mqtt://nowhere",), client_id="host-1", path_prefix="redhat/insights")
        self.rhc = subject.Daemon(config)
        self.bus, self.session, self.wrong = Bus(), self.rhc._session, []
        self.rhc._done = self.done

    async def open(self):
        await self.rhc._serve(self.bus, self.bus)
        self.loop = next(iter(self.rhc._tasks))

    def done(self, task):
        self.rhc._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.wrong.append(task.exception())

    def take(self, end, payload):
        self.rhc._received(f"redhat/insights/host-1/{end}", payload)

    async def settle(self):
        """Until it has dealt with what it got, or longer than it could take: nothing here waits for anybody."""
        for _ in range(2000):
            if self.pongs()["the-last"] and any(body[1] == "the-last" for body in self.dispatched()):
                break
            await asyncio.sleep(0)

    async def close(self):
        tasks = list(self.rhc._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.rhc._content.close()

    def dispatched(self):
        return [call.body for call in self.bus.calls if call.member == "Dispatch"]

    def pongs(self):
        return Counter(json.loads(payload)["response_to"] for payload in self.session.published)


@pytest.fixture
def play(tmp_path, monkeypatch):
    context = ssl.create_default_context()
    monkeypatch.setattr(subject, "Session", Session)
    monkeypatch.setattr(subject.identity, "tls_context", lambda config: context)
    monkeypatch.setattr(paths, "STATE_DIR", tmp_path)
    # Their waits are part of what they do.
    with asyncio.Runner() as runner:

        def run(act):
            async def whole():
                world = World(tmp_path)
                await world.open()
                try:
                    return await act(world)
                finally:
                    await world.close()

            return runner.run(whole())

        yield run


async def raised(call):
    """The name of the error that a call ends with."""
    try:
        await call
    except DBusError as error:
        return error.type


def command(name, message_id):
    sent = "2026-11-23T18:08:32Z"
    told = {"type": "command", "message_id": message_id, "response_to": "", "version": 1, "sent": sent}
    return json.dumps({**told, "content": {"command": name, "arguments": {}}}).encode()


def data(message_id):
    sent = "2026-11-23T18:08:32Z"
    told = {"type": "data", "message_id": message_id, "response_to": "", "version": 1, "sent": sent}
    return json.dumps({**told, "directive": "rhc-worker-playbook", "metadata": {}, "content": "x"}).encode()


def test_what_the_broker_hands_over(generated, put, play):
    def right(messages, name):
        """What is right by the contract, whatever became of it on its way; the same twice counts twice."""
        for message in messages:
            try:
                value = json.loads(message.data.decode())
            except (ValueError, RecursionError):
                continue
            if message.name == name and message.kind in ALIKE and generated.holds(MQTT, name, value):
                yield value

    def arrives(messages):
        async def act(world):
            for message in messages:
                world.take(message.beside["topic"], message.data)
            world.take("control/in", command("ping", "the-last"))
            world.take("data/in", data("the-last"))
            await world.settle()
            assert world.wrong == []
            assert not world.loop.done(), "nothing is dispatched any more"
            pongs, dispatched = world.pongs(), Counter(body[1] for body in world.dispatched())
            pings = [each["message_id"] for each in right(messages, "command") if each["content"]["command"] == "ping"]
            for asked, number in Counter([*pings, "the-last"]).items():
                assert pongs[asked] == number, "H-018"
            known = [each["message_id"] for each in right(messages, "data") if each["directive"] in DIRECTIVES]
            for asked, number in Counter([*known, "the-last"]).items():
                assert dispatched[asked] == number, "H-032"
            for payload in world.session.published:
                assert generated.holds(MQTT, "event", json.loads(payload)), payload
            for call in world.bus.calls:
                if call.member in ("Dispatch", "Cancel"):
                    assert "-" not in call.body[0], "H-026"

        play(act)

    put(MQTT, "rhc takes command/data", sequences(generated.any_of(MQTT, "command", "data")), arrives, 60)


def test_what_its_bus_hands_over(generated, put, play):
    """A worker that transmits: what it gives is posted or published, or refused with an error of the interface."""

    def arrives(messages):
        async def act(world):
            refused = []
            owner = world.rhc._dispatcher1
            transmit = type(owner).Transmit.__wrapped__
            world.rhc._workers._owners["rhc_worker_playbook"] = ":1.5"
            subject.dispatcher._sender.set(":1.5")
            for message in messages:
                refused.append(await raised(transmit(owner, *message.beside["args"], message.data)))
            assert set(refused) <= {None, "com.redhat.Yggdrasil1.Dispatcher1.Transmit"}
            for payload in world.session.published:
                assert generated.holds(MQTT, "dataOut", json.loads(payload)), payload

        play(act)

    put(DBUS, "rhc is asked to transmit", sequences(generated.of(DBUS, "Dispatcher1.Transmit")), arrives)
