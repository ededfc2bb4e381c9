"""Wrong ways of Cloud Connector with what hosts say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fakes.cloud_connector import connections, control, copier, envelope, presence, topic
from fakes.cloud_connector.connections import Connections
from fakes.cloud_connector.mqtt import Publisher, Subscriber
from fakes.cloud_connector.topic import CONTROL, Sender, to_host
from fakes.faults.seam import around, put

UPSERT = connections.UPSERT


def keeps_no_session() -> None:
    """The consumer's session ends with its connection."""

    @around(Subscriber, "__init__")
    def _(init: Any, subscriber: Any, *arguments: Any, **named: Any) -> None:
        init(subscriber, *arguments, **named | {"clean": True})


def subscribes_with_qos_0() -> None:
    """The consumer asks for QoS 0."""

    @around(Subscriber, "__init__")
    def _(init: Any, subscriber: Any, *arguments: Any, **named: Any) -> None:
        init(subscriber, *arguments, **named)
        subscribe = subscriber.client.subscribe
        subscriber.client.subscribe = lambda filters: subscribe([(name, 0) for name, _ in filters])


def hears_no_data() -> None:
    """The consumer subscribes to the control topics alone."""

    @around(topic, "subscriptions")
    def _(subscriptions: Any, prefix: str) -> Any:
        return subscriptions(prefix)[:1]


def forgets_what_came_while_it_was_away() -> None:
    """What was sent before the process started is dropped."""
    started = datetime.now(UTC)

    @around(copier, "record_of")
    def _(record_of: Any, prefix: str, kafka_topic: str, name: str, payload: bytes, packet_id: int) -> Any:
        sent = json.loads(payload).get("sent") if payload else None
        if sent is not None and datetime.fromisoformat(sent) < started:
            return None
        return record_of(prefix, kafka_topic, name, payload, packet_id)


def takes_an_empty_message_for_a_goodbye() -> None:
    """A host that publishes nothing on its control topic counts as offline."""
    _reads_empty_messages("control/out")


def takes_empty_data_for_a_goodbye() -> None:
    """A host that publishes nothing on its data topic counts as offline."""
    _reads_empty_messages("data/out")


def _reads_empty_messages(end: str) -> None:
    goodbye = {"type": "connection-status", "message_id": "", "version": 1, "content": {"state": "offline"}}

    @around(copier, "record_of")
    def _(record_of: Any, prefix: str, kafka_topic: str, name: str, payload: bytes, packet_id: int) -> Any:
        if not payload and name.endswith(end):
            name, payload = name.replace("data/out", "control/out"), json.dumps(goodbye).encode()
        return record_of(prefix, kafka_topic, name, payload, packet_id)


def takes_any_prefix() -> None:
    """A topic may begin with anything."""
    _takes(lambda segments: len(segments) == 5 and segments[3:] == [CONTROL, "out"])


def takes_any_end() -> None:
    """A topic of a host may end in anything."""
    _takes(lambda segments: len(segments) == 5 and segments[0] == "redhat")


def takes_any_length() -> None:
    """A topic may have more segments than five."""
    _takes(lambda segments: len(segments) > 5 and segments[0] == "redhat")


def _takes(fits: Any) -> None:
    @around(copier, "sender")
    def _(sender: Any, prefix: str, name: str) -> Any:
        segments = name.split("/")
        return Sender(segments[2], CONTROL) if fits(segments) else sender(prefix, name)


def knows_playbook_workers_only() -> None:
    """A host that comes online without the playbook worker is not registered."""

    @around(presence, "online")
    def _(online: Any, here: Any, client_id: str, message: Any, status: Any) -> None:
        if not status.dispatchers or "rhc-worker-playbook" in status.dispatchers:
            online(here, client_id, message, status)


def forgets_goodbyes() -> None:
    """A host that says offline stays connected."""
    put(presence, "offline", lambda *_: None)


def takes_the_same_message_again() -> None:
    """An online status with the id of the last one counts."""
    put(presence, "is_stale", lambda known, message: message.sent < known.sent)


def takes_older_news() -> None:
    """An online status that was sent before the stored one counts."""
    put(presence, "is_stale", lambda known, message: message.message_id == known.message_id)


def takes_no_news_of_the_same_time() -> None:
    """An online status that was sent when the stored one was does not count."""
    put(presence, "is_stale", lambda known, message: message.sent <= known.sent)


def keeps_the_first_dispatchers() -> None:
    """A second online status leaves the dispatchers as they are."""
    _updates(" dispatchers = excluded.dispatchers,", "")


def keeps_the_first_tags() -> None:
    """A second online status leaves the tags as they are."""
    _updates("tags = excluded.tags, ", "")


def renews_facts() -> None:
    """A second online status replaces the facts."""
    _updates("tags = ", "canonical_facts = excluded.canonical_facts, tags = ")


def _updates(what: str, otherwise: str) -> None:
    if what not in UPSERT:
        raise AttributeError(what)
    put(connections, "UPSERT", UPSERT.replace(what, otherwise))


def ignores_late_goodbyes() -> None:
    """An offline status that was sent before the stored online one does not count."""

    @around(presence, "change")
    def _(change: Any, here: Any, client_id: str, message: Any, status: Any) -> None:
        known = here.connections.get(client_id)
        if status.state != "offline" or known is None or message.sent >= known.sent:
            change(here, client_id, message, status)


def keeps_a_bad_insights_id() -> None:
    """An insights_id that is no UUID is stored."""
    put(control, "sanitised", lambda facts: facts)


def refuses_a_bad_insights_id() -> None:
    """A host whose insights_id is no UUID is not registered."""

    @around(control, "sanitised")
    def _(_sanitised: Any, facts: Any) -> Any:
        if not control.is_uuid(facts.get("insights_id")):
            raise control.Unreadable("insights_id")
        return facts


def drops_facts_with_a_bad_insights_id() -> None:
    """With an insights_id that is no UUID all facts are dropped."""
    put(control, "sanitised", lambda facts: facts if control.is_uuid(facts.get("insights_id")) else {})


def refuses_hosts_without_facts() -> None:
    """A host without facts is not registered."""
    _refuses(lambda status: not status.canonical_facts)


def refuses_hosts_without_dispatchers() -> None:
    """A host without dispatchers is not registered."""
    _refuses(lambda status: not status.dispatchers)


def _refuses(unwanted: Any) -> None:
    @around(presence, "online")
    def _(online: Any, here: Any, client_id: str, message: Any, status: Any) -> None:
        if not unwanted(status):
            online(here, client_id, message, status)


def takes_any_state_for_a_goodbye() -> None:
    """A host in a state that is not known counts as offline."""

    @around(presence, "change")
    def _(change: Any, here: Any, client_id: str, message: Any, status: Any) -> None:
        state = "online" if status.state == "online" else "offline"
        change(here, client_id, message, replace(status, state=state))


def reads_any_time() -> None:
    """A message whose time cannot be read counts as sent now."""

    @around(control, "microseconds")
    def _(microseconds: Any, sent: Any) -> Any:
        try:
            return microseconds(sent)
        except control.Unreadable:
            return microseconds(datetime.now(UTC).isoformat())


def reads_any_type() -> None:
    """A message of any type is read as a status."""

    @around(control, "read_control")
    def _(read_control: Any, payload: bytes) -> Any:
        return replace(read_control(payload), type="connection-status")


def mends_json() -> None:
    """A message that ends too early is completed."""

    @around(control, "read_control")
    def _(read_control: Any, payload: bytes) -> Any:
        try:
            return read_control(payload)
        except control.Unreadable:
            return read_control(payload + b"}")


def bears_a_grudge() -> None:
    """A host that could not be understood once is not listened to any more."""
    unheard: set[str] = set()

    @around(presence.Presence, "handle")
    def _(handle: Any, here: Any, client_id: str, payload: bytes) -> None:
        try:
            control.read_control(payload)
        except control.Unreadable:
            unheard.add(client_id)
        if client_id not in unheard:
            handle(here, client_id, payload)


def ends_at_a_wrong_type() -> None:
    """A status whose content is no object ends the process."""

    @around(control, "read_status")
    def _(read_status: Any, content: Any) -> Any:
        return read_status({**content})


def shows_hosts_without_a_tenant() -> None:
    """A host whose tenant nobody knows is found for everybody."""

    @around(Connections, "find")
    def _(find: Any, table: Any, org_id: str, client_id: str, **named: bool) -> Any:
        known = table.get(client_id)
        if known is not None and not known.org_id:
            return replace(known, org_id=org_id)
        return find(table, org_id, client_id, **named)


def sends_hosts_without_a_tenant_away() -> None:
    """A host whose tenant nobody knows is told to come again later."""
    _publishes_when_online(lambda known: not known.org_id, lambda: envelope.reconnect(60))


def greets_who_comes() -> None:
    """A host that comes online is sent a ping."""
    _publishes_when_online(lambda known: known.org_id, lambda: envelope.command("ping"))


def _publishes_when_online(wanted: Any, message: Any) -> None:
    publishers: list[Publisher] = []

    @around(Publisher, "__init__")
    def _(init: Any, publisher: Publisher, *arguments: Any) -> None:
        init(publisher, *arguments)
        publishers.append(publisher)

    @around(presence, "online")
    def _(online: Any, here: Any, client_id: str, *arguments: Any) -> None:
        online(here, client_id, *arguments)
        if wanted(here.connections.get(client_id)):
            publishers[0].publish(to_host("redhat", client_id, CONTROL), envelope.encode(message()))


def keys_all_records_alike() -> None:
    """Records of all hosts have the same key."""

    @around(copier, "record_of")
    def _(record_of: Any, *arguments: Any) -> Any:
        record = record_of(*arguments)
        return record and replace(record, key=b"hosts")
