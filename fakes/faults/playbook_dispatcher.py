"""Wrong ways to be Playbook Dispatcher."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fakes.faults.seam import around, put
from fakes.outbound import Outbound
from fakes.playbook_dispatcher import app, dispatch, listing, outcome, protocol, recipients, schema, upload, validator
from fakes.playbook_dispatcher.record import REQUEST_ID, UPDATES, Record
from fakes.playbook_dispatcher.validator import Storage, Validator


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


def answers_for_more_items() -> None:
    """A batch's last element is there twice."""

    @around(app, "echo_request_id")
    def _(echo: Any, response: Any) -> Any:
        if response.status_code == 207:
            results = response.get_json()
            response.set_data(json.dumps([*results, results[-1]]))
        return echo(response)


def calls_what_was_sent_a_failure() -> None:
    """The element of a run that was sent and stored is 500."""

    @around(dispatch, "start")
    def _(start: Any, *arguments: Any) -> Any:
        result = start(*arguments)
        return {"code": 500, "message": "Unexpected error during processing"} if result["code"] == 201 else result


def calls_every_run_somebody_elses() -> None:
    """Runs are listed as another service's."""

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, *rest: Any) -> Any:
        return run_item(replace(run, service="config_manager"), *rest)


def sends_text_for_json() -> None:
    """What the connector is asked is called plain text."""

    @around(Outbound, "request")
    def _(request: Any, outbound: Outbound, method: str, target: str, **named: Any) -> Any:
        headers = named.get("headers", {})
        if "Content-Type" in headers:
            named["headers"] = {**headers, "Content-Type": "text/plain"}
        return request(outbound, method, target, **named)


def keeps_the_request_id_to_itself() -> None:
    """The connector is not told the request id."""

    @around(Outbound, "request")
    def _(request: Any, outbound: Outbound, method: str, target: str, **named: Any) -> Any:
        headers = named.get("headers", {})
        if "x-rh-cloud-connector-psk" in headers:
            named["headers"] = {name: value for name, value in headers.items() if name != "x-rh-insights-request-id"}
        return request(outbound, method, target, **named)


def leaves_satellites_out_of_a_recipient() -> None:
    """A recipient in a connection status has no sat_id."""

    @around(recipients, "connection_status")
    def _(connection_status: Any, *arguments: Any) -> Any:
        found = connection_status(*arguments)
        return [{name: value for name, value in each.items() if name != "sat_id"} for each in found]


def counts_one_item_more() -> None:
    """A page says that it has one item more than it has."""

    @around(listing, "_page")
    def _(page: Any, *arguments: Any) -> Any:
        body = page(*arguments)
        return body | {"meta": body["meta"] | {"count": body["meta"]["count"] + 1}}


def links_to_a_page_before_the_first() -> None:
    """The first page has a link to a previous one."""

    @around(listing, "links")
    def _(links: Any, *arguments: Any) -> Any:
        found = links(*arguments)
        return {"previous": found["first"]} | found


def filters_by_no_label() -> None:
    """Runs are listed whatever labels were asked for."""

    @around(listing, "_labels")
    def _(*_: Any) -> Any:
        return {}


def looks_at_every_announce() -> None:
    """What was announced for another service is taken for a playbook's."""

    @around(Validator, "handle")
    def _(handle: Any, self: Validator, record: Record) -> Any:
        # Metadata that is no text would have any announce dropped.
        value = json.dumps(json.loads(record.value) | {"metadata": {}}).encode()
        return handle(self, replace(record, value=value, headers={**record.headers, "service": "playbook"}))


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


def overlooks_failed_tasks() -> None:
    """A run that is finished is a success, whatever failed."""
    put(outcome, "FAILED", ())


def changes_its_mind() -> None:
    """A run that was listed as a success is a failure ever after."""
    told = set()

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, *rest: Any) -> Any:
        if run.id in told:
            run = replace(run, status="failure")
        elif run.status == "success":
            told.add(run.id)
        return run_item(run, *rest)


def names_runs_by_their_host() -> None:
    """Whoever asks for output is told the host's name for the run's id."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, wanted: Any) -> Any:
        return host_item(replace(host, run=host.host) if "stdout" in wanted else host, wanted)
