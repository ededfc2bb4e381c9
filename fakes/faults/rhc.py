"""Wrong ways to be rhc."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from paho.mqtt import client as mqtt

from fakes.faults.seam import around, put
from fakes.rhc import bus, connection_status, identity, paths
from fakes.rhc.content import ContentClient
from fakes.rhc.daemon import Daemon
from fakes.rhc.dispatcher import Dispatcher1
from fakes.rhc.session import Session
from fakes.rhc.workers import Workers
from fakes.rhc.yggdrasil1 import Yggdrasil1


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


def comes_without_a_word() -> None:
    """No connection-status is ever published."""

    @around(Daemon, "publish_status")
    async def _(*_: Any) -> None:
        return None


def leaves_response_to_out() -> None:
    """connection-status has no response_to."""
    _says(lambda message: {name: value for name, value in message.items() if name != "response_to"})


def tells_tags_as_numbers() -> None:
    """A tag of the host is a number."""
    _says(lambda message: message | {"content": message["content"] | {"tags": {"rack": 7}}})


def tells_that_there_are_no_tags() -> None:
    """connection-status has tags, of which there are none."""
    _says(lambda message: message | {"content": message["content"] | {"tags": {}}})


def _says(wrong: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    @around(connection_status, "online")
    def _(online: Any, *arguments: Any) -> Any:
        return wrong(online(*arguments))


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


def retains_its_will() -> None:
    """The will is left with the retain flag."""

    @around(Session, "_make_client")
    def _(make: Any, session: Session, will: bytes, tls: Any) -> Any:
        client = make(session, will, tls)
        client.will_set(session.topics.control_out, will, qos=1, retain=True)
        return client


def leaves_a_will_that_says_online() -> None:
    """The will's state is online."""

    @around(connection_status, "will")
    def _(will: Any) -> Any:
        message = will()
        return message | {"content": message["content"] | {"state": "online"}}


def hides_the_hyphenated_worker() -> None:
    """connection-status lists the worker's name with underscores only."""

    @around(Workers, "dispatchers")
    def _(dispatchers: Any, workers: Workers) -> Any:
        return {name: features for name, features in dispatchers(workers).items() if "-" not in name}


def connects_under_another_id() -> None:
    """The client id is spelled otherwise than in the certificate."""

    @around(identity, "client_id")
    def _(client_id: Any, *arguments: Any) -> Any:
        return client_id(*arguments).upper()


def lists_no_workers() -> None:
    """connection-status has an empty map, whatever workers are there."""

    @around(Workers, "dispatchers")
    def _(*_: Any) -> Any:
        return {}


def fetches_as_somebody_else() -> None:
    """Requests name another user agent."""
    put(paths, "USER_AGENT", "curl/8.9.1")


def fetches_the_playbook_twice() -> None:
    """Content is fetched, then fetched again."""

    @around(ContentClient, "get")
    async def _(get: Any, client: ContentClient, url: str) -> Any:
        await get(client, url)
        return await get(client, url)


def alters_the_playbook() -> None:
    """A comment is put behind the playbook between download and Dispatch."""

    @around(Workers, "dispatch")
    async def _(dispatch: Any, workers: Workers, message: Any) -> None:
        await dispatch(workers, replace(message, content=message.content + b"# seen by rhc\n"))


def hands_over_the_directive_as_it_came() -> None:
    """Dispatch has the directive with its hyphens."""

    @around(bus, "call")
    async def _(call: Any, *arguments: Any) -> Any:
        *where, body = arguments
        if "Dispatch" in where:
            body = [body[0].replace("_", "-"), *body[1:]]
        return await call(*where, body)


def asks_a_worker_with_hyphens() -> None:
    """What the worker wants is asked of a name with the directive's hyphens."""

    @around(Workers, "remote_content")
    async def _(_remote_content: Any, known: Workers, directive: str) -> bool:
        name, path, interface = known._address(directive)
        return bool(await bus.get(known._bus, name.replace("_", "-"), path, interface, "RemoteContent"))


def adds_metadata_to_dispatch() -> None:
    """Dispatch has a metadata entry that the message had not."""

    @around(Workers, "dispatch")
    async def _(dispatch: Any, workers: Workers, message: Any) -> None:
        await dispatch(workers, replace(message, metadata={**message.metadata, "host": "localhost"}))


def keeps_worker_events_to_itself() -> None:
    """Events of workers are not emitted again."""

    @around(Yggdrasil1, "rebroadcast")
    def _(*_: Any) -> None:
        return None


def posts_an_altered_body() -> None:
    """A blank comes into the first event between Transmit and POST."""

    @around(ContentClient, "post")
    async def _(post: Any, client: ContentClient, url: str, headers: Any, body: bytes) -> Any:
        return await post(client, url, headers, body.replace(b'{"event"', b'{ "event"', 1))


def returns_another_status() -> None:
    """Transmit returns 200 whatever the server answered."""

    @around(Dispatcher1, "_post")
    async def _(post: Any, *arguments: Any) -> Any:
        _, headers, body = await post(*arguments)
        return 200, headers, body


def returns_another_signature() -> None:
    """Transmit returns its status unsigned."""
    from dbus_fast.signature import get_signature_tree

    method = Dispatcher1.Transmit.__dict__["__DBUS_METHOD"]
    put(method, "out_signature", "ua{ss}ay")
    put(method, "out_signature_tree", get_signature_tree("ua{ss}ay"))
