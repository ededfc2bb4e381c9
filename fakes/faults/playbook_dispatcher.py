"""Wrong ways to be Playbook Dispatcher."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from fakes.faults.seam import around, put
from fakes.playbook_dispatcher import app, listing, outcome, protocol, schema, upload
from fakes.playbook_dispatcher.validator import Storage


def answers_a_batch_with_200() -> None:
    """A batch that was taken is answered 200."""

    @around(app, "echo_request_id")
    def _(echo: Any, response: Any) -> Any:
        if response.status_code == 207:
            response.status_code = 200
        return echo(response)


def sends_more_metadata() -> None:
    """The message has a metadata entry too many."""

    @around(protocol, "run_message")
    def _(run_message: Any, *arguments: Any) -> Any:
        message = run_message(*arguments)
        return replace(message, metadata={**message.metadata, "operation": "run"})


def sends_another_directive() -> None:
    """The directive has underscores."""
    put(protocol, "RUNNER", "rhc_worker_playbook")


def alters_the_url() -> None:
    """The payload is the dispatched URL with its first parameter once more."""

    @around(protocol, "run_message")
    def _(run_message: Any, *arguments: Any) -> Any:
        message = run_message(*arguments)
        first = message.payload.partition("?")[2].partition("&")[0]
        return replace(message, payload=f"{message.payload}&{first}")


def sends_another_correlation_id() -> None:
    """The message bears a correlation id that the stored run has not."""

    @around(protocol, "run_message")
    def _(run_message: Any, config: Any, run: Any, *rest: Any) -> Any:
        return run_message(config, replace(run, correlation_id=str(uuid4())), *rest)


def says_success_too_soon() -> None:
    """Runs are listed as a success while they run."""

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, *rest: Any) -> Any:
        return run_item(replace(run, status="success"), *rest)


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


def lists_a_new_host_by_its_inventory_id() -> None:
    """Until a host has said something it is listed by inventory id, although the item gives a name."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, *rest: Any) -> Any:
        return host_item(host if host.log else replace(host, host=host.inventory_id), *rest)


def refuses_attributes_without_a_name() -> None:
    """An event with an attribute that the schema does not name makes an upload bad that does not tell the end."""

    @around(upload, "parse")
    def _(parse: Any, content: bytes, service: str) -> Any:
        events = parse(content, service)
        named = set(schema.EVENT_FIELDS[service])
        if outcome.run_status(events) == "running" and any(set(event) - named for event in events):
            raise upload.Rejected("attributes that nobody named")
        return events


def forgets_the_inventory_id() -> None:
    """The first output of a host replaces its record, inventory id and all."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, *rest: Any) -> Any:
        return host_item(replace(host, inventory_id=None) if host.log else host, *rest)


def leaves_line_ends_out() -> None:
    """A log is all output on one line."""

    @around(outcome, "console")
    def _(console: Any, *arguments: Any) -> Any:
        return console(*arguments).replace("\n", "")
