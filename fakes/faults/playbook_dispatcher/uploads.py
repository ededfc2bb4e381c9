"""Wrong ways with what was announced: fetching, judging, passing on."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fakes.faults.seam import around, put
from fakes.playbook_dispatcher import schema, upload, validator
from fakes.playbook_dispatcher.record import REQUEST_ID, UPDATES, VALIDATION, Record
from fakes.playbook_dispatcher.validator import Storage, Validator


def fetches_twice() -> None:
    """An object that was fetched is fetched again."""

    @around(Storage, "fetch")
    def _(fetch: Any, storage: Storage, url: str) -> Any:
        fetch(storage, url)
        return fetch(storage, url)


def never_fetches() -> None:
    """Announced objects are taken for lost."""

    @around(Storage, "fetch")
    def _(*_: Any) -> Any:
        raise upload.Lost("not looked for")


def refuses_attributes_without_a_name() -> None:
    """An event with an attribute that the schema does not name makes an upload bad, although it is passed on."""
    strange = False

    @around(upload, "parse")
    def _(parse: Any, content: bytes, service: str) -> Any:
        nonlocal strange
        events = parse(content, service)
        named = set(schema.EVENT_FIELDS[service])
        strange = any(set(event) - named for event in events)
        return events

    @around(Validator, "handle")
    def _(handle: Any, self: Validator, record: Record) -> Any:
        nonlocal strange
        strange = False
        for each in handle(self, record):
            bad = strange and each.topic == VALIDATION
            yield replace(each, value=each.value.replace(b'"success"', b'"failure"')) if bad else each


def looks_at_every_announce() -> None:
    """What was announced for another service is taken for a playbook's."""

    @around(Validator, "handle")
    def _(handle: Any, self: Validator, record: Record) -> Any:
        # Metadata that is no text would have any announce dropped.
        value = json.dumps(json.loads(record.value) | {"metadata": {}}).encode()
        return handle(self, replace(record, value=value, headers={**record.headers, "service": "playbook"}))


def takes_what_is_for_nobody() -> None:
    """An announce without a service is taken for a playbook's."""

    @around(Validator, "handle")
    def _(handle: Any, self: Validator, record: Record) -> Any:
        return handle(self, replace(record, headers={"service": "playbook"} | dict(record.headers)))


def keys_updates_by_request_id() -> None:
    """An update's key is the request id."""

    @around(validator, "judge")
    def _(judge: Any, *arguments: Any) -> Any:
        record = judge(*arguments)
        return replace(record, key=record.headers[REQUEST_ID])


def withholds_the_verdict() -> None:
    """Of a good upload there is the update and no validation."""

    @around(Validator, "handle")
    def _(handle: Any, self: Validator, record: Record) -> Any:
        return (each for each in handle(self, record) if each.topic == UPDATES)


def sends_updates_under_another_request_id() -> None:
    """The header of an update has a request id that its body has not."""

    @around(validator, "judge")
    def _(judge: Any, *arguments: Any) -> Any:
        record = judge(*arguments)
        return replace(record, headers={**record.headers, REQUEST_ID: str(uuid4())})


def takes_any_size() -> None:
    """What is announced as empty or huge is fetched like anything."""

    @around(validator, "judge")
    def _(judge: Any, announce: Any, *rest: Any) -> Any:
        return judge(announce | {"size": 1}, *rest)


def knows_no_xz() -> None:
    """What xz made is taken as it is."""
    put(upload, "XZ", b"no such beginning")


def skips_bad_lines() -> None:
    """Of an upload the good lines count."""

    @around(upload, "parse")
    def _(_: Any, content: bytes, service: str) -> Any:
        events = []
        for number, line in enumerate(content.split(b"\n"), 1):
            with contextlib.suppress(upload.Rejected):
                events.append(upload.parse_line(line, number, service))
        if not events:
            raise upload.Rejected("no events")
        return events


def refuses_blank_lines() -> None:
    """A blank line is a bad one."""

    @around(upload, "parse")
    def _(parse: Any, content: bytes, service: str) -> Any:
        if any(not line.strip() for line in content.strip().split(b"\n")) and content.strip():
            raise upload.Rejected("a blank line")
        return parse(content, service)


def makes_a_correlation_id_up() -> None:
    """An upload that names no run is taken for one that nobody knows."""

    @around(upload, "correlation_id")
    def _(correlation_id: Any, *arguments: Any) -> Any:
        try:
            return correlation_id(*arguments)
        except upload.Rejected:
            return str(uuid4())


def refuses_what_it_cannot_fetch() -> None:
    """A download that failed is a bad upload."""

    @around(validator, "judge")
    def _(judge: Any, *arguments: Any) -> Any:
        try:
            return judge(*arguments)
        except upload.Lost as error:
            raise upload.Rejected(str(error)) from error
