"""Wrong ways to be Cloud Connector."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from fakes.cloud_connector import connector, envelope, v2
from fakes.cloud_connector.mqtt import Publisher
from fakes.cloud_connector.topic import CONTROL
from fakes.faults.seam import around


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


def _publishes(**options: Any) -> None:
    @around(Publisher, "__init__")
    def _(init: Any, publisher: Publisher, *arguments: Any) -> None:
        init(publisher, *arguments)
        publish = publisher.client.publish
        publisher.client.publish = lambda topic, payload, qos, retain: publish(
            topic, payload, **({"qos": qos, "retain": retain} | options)
        )
