"""Wrong ways to be at the broker."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Callable
from typing import Any

from paho.mqtt import client as mqtt

from fakes.faults.seam import around
from fakes.rhc import connection_status, envelope, identity
from fakes.rhc.daemon import Daemon
from fakes.rhc.session import Session


def subscribes_with_qos_0() -> None:
    """Both topics are asked for with QoS 0."""

    @around(Session, "_make_client")
    def _(make: Any, *arguments: Any) -> Any:
        client = make(*arguments)
        subscribe = client.subscribe
        client.subscribe = lambda topic, qos: subscribe(topic, qos=0)
        return client


def keeps_its_session() -> None:
    """The session is to outlive the connection."""

    @around(mqtt, "Client")
    def _(client: Any, *arguments: Any, **named: Any) -> Any:
        return client(*arguments, **{**named, "clean_session": False})


def listens_to_everybody() -> None:
    """The commands of every host are asked for, beside its own."""

    @around(Session, "_make_client")
    def _(make: Any, host: Session, *rest: Any) -> Any:
        client, own = make(host, *rest), host.topics.control_in
        subscribe = client.subscribe
        others = own.replace(host.topics.client_id, "+")
        client.subscribe = lambda topic, qos: (
            subscribe(others if topic == own else topic, qos=qos) and subscribe(topic, qos=qos)
        )
        return client


def speaks_for_another_host() -> None:
    """What makes the topic exist is published on that of another host."""
    _publishes(lambda topic, payload, **flags: (topic if payload else _elsewhere(topic), payload, flags))


def uses_a_topic_of_six_parts() -> None:
    """What makes the topic exist is published below it."""
    _publishes(lambda topic, payload, **flags: (topic if payload else f"{topic}/empty", payload, flags))


def retains_what_it_publishes() -> None:
    """The broker is to keep each message."""
    _publishes(lambda topic, payload, qos: (topic, payload, {"qos": qos, "retain": bool(payload)}))


def speaks_tls_1_2() -> None:
    """Nothing newer than TLS 1.2 is offered."""

    @around(identity, "tls_context")
    def _(tls_context: Any, *arguments: Any) -> Any:
        context = tls_context(*arguments)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context


def takes_tls_1_2_too() -> None:
    """TLS 1.2 is offered beside what is newer."""

    @around(identity, "tls_context")
    def _(tls_context: Any, *arguments: Any) -> Any:
        context = tls_context(*arguments)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def retains_its_will() -> None:
    """The will is left with the retain flag."""

    @around(Session, "_make_client")
    def _(make: Any, session: Session, will: bytes, tls: Any) -> Any:
        client = make(session, will, tls)
        client.will_set(session.topics.control_out, will, qos=1, retain=True)
        return client


def connects_under_another_id() -> None:
    """The client id is spelled otherwise than in the certificate."""

    @around(identity, "client_id")
    def _(client_id: Any, *arguments: Any) -> Any:
        return client_id(*arguments).upper()


def keeps_another_id() -> None:
    """The client-id file has blanks about the id."""

    @around(identity, "client_id")
    def _(client_id: Any, config: Any, state_dir: Any) -> Any:
        own = client_id(config, state_dir)
        (state_dir / "client-id").write_text(f" {own} ")
        return own


def publishes_nothing_of_no_content() -> None:
    """Nothing makes the topic exist."""

    @around(Session, "_make_client")
    def _(make: Any, *arguments: Any) -> Any:
        client = make(*arguments)
        publish = client.publish
        client.publish = lambda topic, payload, **flags: publish(topic, payload, **flags) if payload else None
        return client


def leaves_a_new_will_each_time() -> None:
    """Each session has a will of its own."""

    @around(Session, "_connect")
    async def _(connect: Any, host: Session) -> None:
        host._client.will_set(host.topics.control_out, envelope.encode(connection_status.will()), qos=1)
        await connect(host)


def says_it_is_back() -> None:
    """A connection-status follows a reconnect."""

    @around(Daemon, "come_back")
    async def _(come_back: Any, host: Daemon, delay: float) -> None:
        await come_back(host, delay)
        await host.publish_status()


def _publishes(wrong: Callable[..., tuple[str, bytes, dict[str, Any]]]) -> None:
    @around(Session, "_make_client")
    def _(make: Any, *arguments: Any) -> Any:
        client = make(*arguments)
        publish = client.publish

        def bent(topic: str, payload: bytes, **flags: Any) -> Any:
            topic, payload, flags = wrong(topic, payload, **flags)
            return publish(topic, payload, **flags)

        client.publish = bent
        return client


def _elsewhere(topic: str) -> str:
    """The same topic of some other host."""
    parts = topic.split("/")
    return "/".join([*parts[:-3], str(uuid.uuid4()), *parts[-2:]])
