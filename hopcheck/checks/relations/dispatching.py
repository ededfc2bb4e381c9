"""The dispatcher: from a work request to one message, and what it says of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member, query, segment
from hopcheck.checks.orders import cancels, read_orders
from hopcheck.checks.relations.connector import is_uuid
from hopcheck.checks.relations.pages import RUNS, read_pages
from hopcheck.checks.relations.staging import routing
from hopcheck.trace import Event

TRIES = 3
ANNOUNCE, SERVICES = "platform.upload.announce", ("playbook", "playbook-sat")
METADATA = {"crc_dispatcher_correlation_id", "return_url", "response_interval"}


@clause("SRV-010")
def sent_run_is_answered_created(told: Told) -> Judged:
    """The element of the 207 is 201 with a UUID exactly where the connector took the message."""
    for order in read_orders(told):
        if not order.messages or order.dispatch.answered is None:
            continue
        answer, sent = order.dispatch.answered, order.messages[0].status == 201
        yield seen(answer, order.messages[0].answered)
        code = member(order.result, "code")
        if sent != (code == 201 and is_uuid(order.run_id)):
            asked = "code 201 with a UUID" if sent else "no code 201"
            yield Violation(answer, asked, f"code {code}, id {order.run_id}", host=order.host)


@clause("SRV-011")
def unreachable_run_is_answered_not_found(told: Told) -> Judged:
    """The element of the 207 is 404 where the connector answered 404."""
    for order in read_orders(told):
        if order.messages and order.messages[0].status == 404:
            yield seen(order.messages[0].answered, order.dispatch.answered)
            if member(order.result, "code") != 404 or order.run_id is not None:
                yield Violation(order.dispatch.answered, "code 404 without an id", str(order.result), host=order.host)


@clause("SRV-014")
def listed_run_has_its_service(told: Told) -> Judged:
    """A run listed under a service's filter names that service."""
    for page in read_pages(told, RUNS):
        asked = query(page.asked, "filter[service]")
        for each in page.items if asked is not None else ():
            if (service := member(each, "service")) is not None:
                yield seen(page.answered)
                if service != asked:
                    yield Violation(page.answered, f"service {asked}", str(service))


@clause("SRV-016")
def every_run_has_its_own_correlation_id(told: Told) -> Judged:
    """No two work requests share a correlation id."""
    first: dict[Any, Event] = {}
    for order in read_orders(told):
        if not order.messages or order.correlation_id is None:
            continue
        event = order.messages[0].asked
        yield seen(event)
        if order.correlation_id in first:
            yield Violation(event, "a new correlation id", f"that of event {first[order.correlation_id].seq}")
        first.setdefault(order.correlation_id, event)


@clause("SRV-020")
def message_goes_to_the_recipient(told: Told) -> Judged:
    """The message is posted for the recipient of a work request, with directive, metadata and payload."""
    recipients = {order.host for order in read_orders(told)}
    for event in told.history.arrow(5):
        yield seen(event)
        if segment(event, "connections") not in recipients:
            yield Violation(
                event, f"one of the dispatched recipients {sorted(recipients)}", str(segment(event, "connections"))
            )
        elif lacking := {"directive", "metadata", "payload"} - set(body(event) or {}):
            yield Violation(event, "directive, metadata and payload", f"without {sorted(lacking)}")


@clause("SRV-022")
def direct_host_gets_the_worker_directive(told: Told) -> Judged:
    """A direct host's message has the playbook worker's directive and exactly the three metadata keys, all text."""
    for order in read_orders(told):
        if not order.messages or order.satellite:
            continue
        event = order.messages[0].asked
        yield seen(event)
        if (directive := member(body(event), "directive")) != "rhc-worker-playbook":
            yield Violation(event, "directive rhc-worker-playbook", str(directive))
        metadata = member(body(event), "metadata")
        if not isinstance(metadata, dict) or set(metadata) != METADATA:
            yield Violation(event, f"metadata {sorted(METADATA)}", str(sorted(metadata or ())))
        elif not all(isinstance(value, str) for value in metadata.values()):
            yield Violation(event, "text in every metadata value", str(metadata))


@clause("SRV-023")
def payload_is_the_dispatched_url(told: Told) -> Judged:
    """payload is the url dispatched for this recipient, with & as it is."""
    urls: dict[str | None, set[str]] = defaultdict(set)
    for order in read_orders(told):
        if isinstance(url := member(order.item, "url"), str):
            urls[order.host].add(url)
    for event in told.history.arrow(5):
        payload, own = member(body(event), "payload"), urls[segment(event, "connections")]
        if cancels(told.history.exchange(event)):
            continue
        yield seen(event)
        if payload not in own:
            yield Violation(event, f"a url dispatched for this recipient: {sorted(own)}", repr(payload))
        elif event.payload is not None and "&" in str(payload) and b"\\u0026" in event.payload.data:
            yield Violation(event, "& unescaped", "\\u0026")


@clause("SRV-027")
def message_is_sent_once(told: Told) -> Judged:
    """One work request leads to at most one message."""
    for order in read_orders(told):
        if order.messages:
            yield seen(order.messages[0].asked)
        for again in order.messages[1:]:
            yield Violation(again.asked, "one message for a run", "another")


@clause("SRV-060")
def only_playbook_announces_are_handled(told: Told) -> Judged:
    """What was announced for another service, or for none, is not fetched."""
    for upload in told.attribution.uploads.by_key.values():
        service = routing(upload)[0]
        if upload.announces and service not in SERVICES:
            yield seen(*upload.announces)
            for get in upload.gets:
                yield Violation(get.asked, f"no fetch for service {service}", "one")
    gets = {get.attrs.get("path"): get for get in told.history.arrow(20)}
    for announce in told.history.named("case.kafka", topic=ANNOUNCE):
        header = dict(announce.attrs.get("headers") or ()).get("service")
        if header not in SERVICES:
            yield seen(announce)
            if (fetch := gets.get(urlsplit(str(member(body(announce), "url"))).path)) is not None:
                yield Violation(fetch, f"no fetch for service {header}", "one")


@clause("SRV-063")
def object_is_fetched_at_most_thrice(told: Told) -> Judged:
    """An object is fetched once for each announce, again only after a transport error; none is good unfetched."""
    verdicts = defaultdict(list)
    for record in told.history.named("kafka.validation"):
        verdicts[member(body(record), "request_id")].append(record)
    by_kit = Counter(str(member(body(record), "request_id")) for record in told.history.named("case.kafka"))
    for upload in told.attribution.uploads.by_key.values():
        answered, announced = 0, max(1, len(upload.announces)) + by_kit[str(upload.request_id)]
        for number, get in enumerate(upload.gets):
            yield seen(get.asked)
            if number >= TRIES * announced:
                yield Violation(get.asked, f"at most {TRIES} tries", f"try {number + 1}")
            elif answered >= announced:
                yield Violation(get.asked, "no second fetch after an answer", "one")
            answered += get.status is not None
        for good in (each for each in verdicts[upload.request_id] if member(body(each), "validation") == "success"):
            if not answered:
                yield Violation(good, "no success without a fetch", "one", role="playbook-dispatcher")


@clause("SRV-068")
def validation_comes_before_the_update(told: Told) -> Judged:
    """A fetched stream yields validation success, then the update keyed by its correlation id."""
    validated = defaultdict(list)
    for event in told.history.named("kafka.validation"):
        validated[member(body(event), "request_id")].append(event)
    for update in told.history.named("kafka.runnerUpdates"):
        request_id = member(body(update), "request_id")
        upload = told.attribution.uploads.by_key.get(str(request_id))
        good = [e for e in validated[request_id] if member(body(e), "validation") == "success"]
        yield seen(update, *good)
        if not good or good[0].attrs["timestamp"] > update.attrs["timestamp"]:
            yield Violation(update, "validation success first", "later" if good else "none", absent=not good)
        named = None if upload is None else upload.correlation_id
        if upload is not None and is_uuid(named) and update.attrs.get("key") != named:
            yield Violation(update, f"key {named}", str(update.attrs.get("key")))
