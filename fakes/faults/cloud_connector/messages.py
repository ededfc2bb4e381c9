"""Wrong ways of Cloud Connector with what callers ask for, and with what it sends to hosts."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

from flask import Response

from fakes.cloud_connector import app, body, config, connections, connector, envelope, v1, v2
from fakes.cloud_connector.connections import Connections
from fakes.cloud_connector.errors import no_connection
from fakes.cloud_connector.mqtt import Publisher, PublishFailed
from fakes.cloud_connector.topic import CONTROL
from fakes.faults._ends import dies
from fakes.faults.seam import around, put


def answers_another_id() -> None:
    """The 201 names an id that is not the message's."""

    @around(v2, "send_data")
    def _(send_data: Any, *arguments: Any) -> Any:
        return replace(send_data(*arguments), body={"id": str(uuid.uuid4())})


def publishes_with_qos_0() -> None:
    """Data messages have QoS 0."""
    _publishes(qos=0)


def retains_messages() -> None:
    """Data messages are retained."""
    _publishes(retain=True)


def publishes_on_the_control_topic() -> None:
    """Data messages go where commands go."""

    @around(connector, "publish")
    def _(publish: Any, running: Any, client_id: str, _kind: str, message: Any) -> None:
        publish(running, client_id, CONTROL, message)


def spells_the_directive_otherwise() -> None:
    """The message's directive has underscores for the request's hyphens."""

    @around(envelope, "data_message")
    def _(data_message: Any, directive: str, *rest: Any) -> Any:
        return data_message(directive.replace("-", "_"), *rest)


def leaves_response_to_out() -> None:
    """The message has no response_to."""

    @around(envelope, "data_message")
    def _(data_message: Any, *arguments: Any) -> Any:
        return {name: value for name, value in data_message(*arguments).items() if name != "response_to"}


def doubles_ampersands() -> None:
    """Each & of the payload is sent twice."""

    @around(envelope, "data_message")
    def _(data_message: Any, directive: str, payload: str, *rest: Any) -> Any:
        return data_message(directive, payload.replace("&", "&&"), *rest)


def cannot_reach_who_is_connected() -> None:
    """A message for a connected host is answered as if nobody knew it."""

    @around(v2, "reachable")
    def _(_reachable: Any, *_arguments: Any) -> None:
        raise no_connection()


def answers_in_plain_text() -> None:
    """The 201 calls its JSON plain text."""

    @around(app, "respond")
    def _(respond: Any, reply: Any) -> Response:
        answer: Response = respond(reply)
        if reply.status == 201:
            answer.content_type = app.TEXT
        return answer


def wants_a_payload() -> None:
    """A message without payload is refused."""
    put(v2, "MESSAGE", v2.MESSAGE | {"payload": body.TEXT})


def refuses_unknown_members() -> None:
    """A message with a member that is not known is refused."""

    @around(v2, "decode")
    def _(decode: Any, sent: bytes, shape: Any) -> Any:
        if set(json.loads(sent)) - set(shape):
            raise body.malformed()
        return decode(sent, shape)


def finds_satellites_for_their_own_only() -> None:
    """The relaxed lookup is as strict as the other."""
    put(connections, "is_satellite", lambda _: False)


def looks_relaxed_only() -> None:
    """The lookup is relaxed whatever the configuration says."""

    @around(config, "read_config")
    def _(read_config: Any, environ: Any) -> Any:
        return replace(read_config(environ), relaxed_lookup=True)


def finds_satellites_for_everybody() -> None:
    """The strict lookup is as relaxed as the other."""

    @around(Connections, "find")
    def _(find: Any, table: Any, org_id: str, client_id: str, **_relaxed: bool) -> Any:
        return find(table, org_id, client_id, relaxed=True)


def tells_to_respond() -> None:
    """The message is said to respond to another."""

    @around(envelope, "data_message")
    def _(data_message: Any, *arguments: Any) -> Any:
        return data_message(*arguments) | {"response_to": str(uuid.uuid4())}


def omits_what_is_null() -> None:
    """A message has no metadata and no content where the request had none."""

    @around(envelope, "data_message")
    def _(data_message: Any, *arguments: Any) -> Any:
        return {name: value for name, value in data_message(*arguments).items() if value is not None}


def counts_in_metadata() -> None:
    """Texts of the metadata are numbers in the message."""

    @around(envelope, "data_message")
    def _(data_message: Any, directive: str, payload: Any, metadata: Any) -> Any:
        return data_message(directive, payload, {name: len(value) for name, value in metadata.items()})


def numbers_the_delay() -> None:
    """A reconnect's delay is a JSON number."""
    put(envelope, "reconnect", lambda delay: envelope.command("reconnect", {"delay": delay}))


def gives_the_delay_a_unit() -> None:
    """A reconnect's delay ends in s."""
    put(envelope, "reconnect", lambda delay: envelope.command("reconnect", {"delay": f"{delay}s"}))


def passes_texts_on() -> None:
    """The text of a reconnect goes to the host."""
    texts: list[str] = []

    @around(v1, "decode")
    def _(decode: Any, sent: bytes, shape: Any) -> Any:
        wanted = decode(sent, shape)
        texts.append(wanted.get("message") or "")
        return wanted

    @around(envelope, "reconnect")
    def _(reconnect: Any, delay: int) -> Any:
        message = reconnect(delay)
        return message | {"content": message["content"] | {"message": texts[-1]}}


def fails_without_acknowledgement() -> None:
    """A message that the broker has not acknowledged in time is answered with an error."""

    @around(Publisher, "publish")
    def _(publish: Any, publisher: Any, *arguments: Any) -> None:
        before = set(publisher._given_up)
        publish(publisher, *arguments)
        if publisher._given_up - before:
            raise PublishFailed("no acknowledgement")


def dies_at_a_message() -> None:
    """The first message for a host ends the process."""
    put(connector, "publish", dies)


def _publishes(**options: Any) -> None:
    @around(Publisher, "__init__")
    def _(init: Any, publisher: Publisher, *arguments: Any) -> None:
        init(publisher, *arguments)
        publish = publisher.client.publish
        publisher.client.publish = lambda topic, payload, qos, retain: publish(
            topic, payload, **({"qos": qos, "retain": retain} | options)
        )
