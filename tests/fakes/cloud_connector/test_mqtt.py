from __future__ import annotations

import queue
import socket
import time
from dataclasses import replace

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from fakes.cloud_connector.config import Broker
from fakes.cloud_connector.mqtt import BrokerUnreachable, Publisher, PublishFailed, Session, Subscriber

FILTERS = ["redhat/insights/+/control/out", "redhat/insights/+/data/out"]
CONTROL = "redhat/insights/h/control/out"


class Host:
    def __init__(self, port):
        self.heard, self._ready = queue.Queue(), queue.Queue()
        self.client = Client(CallbackAPIVersion.VERSION2, "h")
        self.client.on_message = lambda client, userdata, message: self.heard.put(message)
        self.client.on_subscribe = lambda *_: self._ready.put(None)
        self.client.username_pw_set("good", "right")
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe("redhat/insights/h/data/in", 1)
        self._ready.get(timeout=5)

    def say(self, topic, payload, qos=1):
        self.client.publish(topic, payload, qos).wait_for_publish(5)

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def host(mosquitto):
    host = Host(mosquitto.port)
    yield host
    host.leave()


@pytest.fixture
def listen(mosquitto):
    opened = []

    def listen(client_id, **options):
        heard = queue.Queue()
        subscriber = Subscriber(mosquitto.broker, client_id, FILTERS, lambda *message: heard.put(message), **options)
        subscriber.connect()
        opened.append(subscriber)
        return subscriber, heard

    yield listen
    for subscriber in opened:
        subscriber.close()


@pytest.fixture
def publisher(mosquitto):
    publisher = Publisher(mosquitto.broker, "api", 2.0)
    publisher.connect()
    yield publisher
    publisher.close()


def test_published_with_qos_1_and_not_retained(publisher, host):
    publisher.publish("redhat/insights/h/data/in", b"x")
    message = host.heard.get(timeout=5)
    assert (message.payload, message.qos, message.retain) == (b"x", 1, False)


def test_publish_comes_back_with_the_acknowledgement(publisher):
    started = time.monotonic()
    for _ in range(20):
        publisher.publish("redhat/insights/h/data/in", b"x")
    assert time.monotonic() - started < 1.5
    assert not publisher._acknowledged


def test_missing_acknowledgement_is_no_error_and_a_late_one_for_nobody(mosquitto):
    publisher = Publisher(mosquitto.broker, "late", 0.01)
    publisher.publish("t", b"x")
    (mid,) = publisher._given_up
    publisher._on_publish(publisher.client, None, mid, None, None)
    assert publisher._given_up == publisher._acknowledged == set()


def test_impossible_message_is_a_failure(publisher):
    with pytest.raises(PublishFailed):
        publisher.publish("redhat/+", b"x")


def test_small_packets_go_at_once(publisher):
    assert publisher.client.socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_hosts_are_heard(listen, host):
    _, heard = listen("heard", clean=True)
    host.say("redhat/insights/h/data/out", b"", 0)
    host.say(CONTROL, b"online")
    assert heard.get(timeout=5) == ("redhat/insights/h/data/out", b"", 0)
    topic, payload, packet_id = heard.get(timeout=5)
    assert (topic, payload, packet_id > 0) == (CONTROL, b"online", True)


def test_unacknowledged_message_comes_again(listen, host):
    first, heard = listen("persistent")
    host.say(CONTROL, b"kept")
    packet = heard.get(timeout=5)
    first.close()
    second, heard = listen("persistent")
    assert heard.get(timeout=5)[:2] == packet[:2]
    host.say(CONTROL, b"next")
    second.acknowledge(packet[2])
    second.acknowledge(heard.get(timeout=5)[2])
    second.close()
    _, heard = listen("persistent")
    host.say(CONTROL, b"last")
    assert heard.get(timeout=5)[1] == b"last"


def test_message_for_a_subscriber_that_is_away_is_kept(listen, host):
    first, _ = listen("away")
    first.close()
    host.say(CONTROL, b"meanwhile")
    _, heard = listen("away")
    assert heard.get(timeout=5)[1] == b"meanwhile"


def test_loss_is_told(mosquitto):
    lost = queue.Queue()
    first = Session(mosquitto.broker, "twice", on_lost=lost.put)
    first.connect()
    second = Session(mosquitto.broker, "twice")
    second.connect()
    assert "lost" in lost.get(timeout=5)
    first.close()
    second.close()


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        broker = Broker("127.0.0.1", free.getsockname()[1], tls=False)
        with pytest.raises(BrokerUnreachable, match="no MQTT broker at"):
            Session(broker, "c").connect()


def test_wrong_password(mosquitto):
    with pytest.raises(BrokerUnreachable, match="answers Not authorized"):
        Session(replace(mosquitto.broker, password="wrong"), "c").connect()


def test_refused_subscription(mosquitto, monkeypatch):
    original = Subscriber._on_subscribe
    refused = [ReasonCode(PacketTypes.SUBACK, identifier=128)]
    monkeypatch.setattr(Subscriber, "_on_subscribe", lambda self, c, u, m, _, p: original(self, c, u, m, refused, p))
    with pytest.raises(BrokerUnreachable, match="refuses a subscription"):
        Subscriber(mosquitto.broker, "refused", FILTERS, print, clean=True).connect()


def test_silence_is_no_answer(monkeypatch):
    monkeypatch.setattr("fakes.cloud_connector.mqtt.CONNECT_TIMEOUT", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(BrokerUnreachable, match="answers nothing"):
            Session(Broker("127.0.0.1", silent.getsockname()[1], tls=False), "c").connect()
