"""Wrong batches, messages, cancels and connection statuses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fakes.faults._ends import hangs
from fakes.faults.seam import around, put
from fakes.outbound import Outbound
from fakes.playbook_dispatcher import app, dispatch, protocol, recipients
from fakes.playbook_dispatcher.cloud_connector import CloudConnector, NotConnected
from fakes.playbook_dispatcher.service import Service


def answers_a_batch_with_200() -> None:
    """A batch that was taken is answered 200."""

    @around(app, "echo_request_id")
    def _(echo: Any, response: Any) -> Any:
        if response.status_code == 207:
            response.status_code = 200
        return echo(response)


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


def takes_satellites_for_hosts() -> None:
    """A Satellite is a direct host."""

    @around(recipients, "connection_status")
    def _(connection_status: Any, *arguments: Any) -> Any:
        found = connection_status(*arguments)
        return [each | ({"recipient_type": "directConnect"} if each["sat_id"] else {}) for each in found]


def calls_a_stranger_a_failure() -> None:
    """The element of a host that is not connected is 500."""

    @around(dispatch, "start")
    def _(start: Any, *arguments: Any) -> Any:
        result = start(*arguments)
        return {"code": 500, "message": "Unexpected error during processing"} if result["code"] == 404 else result


def calls_a_lost_connector_a_stranger() -> None:
    """The element is 404 where the connector does not answer."""

    @around(dispatch, "start")
    def _(start: Any, *arguments: Any) -> Any:
        result = start(*arguments)
        return {"code": 404, "message": "Receipient not found"} if result["code"] == 500 else result


def shares_a_correlation_id() -> None:
    """All runs have the same one."""

    @around(dispatch, "new_run")
    def _(new_run: Any, *arguments: Any) -> Any:
        return replace(new_run(*arguments), correlation_id=dispatch.NO_RUN)


def tries_again() -> None:
    """A host that is not connected is sent the message once more."""

    @around(CloudConnector, "send")
    def _(send: Any, *arguments: Any) -> Any:
        try:
            return send(*arguments)
        except NotConnected:
            return send(*arguments)


def tells_satellites_who_asks() -> None:
    """The initiator is the user's name as it is."""

    @around(protocol, "initiator")
    def _(_: Any, principal: str) -> str:
        return principal


def keeps_subscriptions_to_itself() -> None:
    """A Satellite is not told the subscriptions of its hosts."""

    @around(protocol, "run_message")
    def _(run_message: Any, *arguments: Any) -> Any:
        message = run_message(*arguments)
        kept = {name: value for name, value in message.metadata.items() if name != "subscription_manager_ids"}
        return replace(message, metadata=kept)


def cancels_what_no_satellite_runs() -> None:
    """A run on a direct host is said to be cancelled."""

    @around(dispatch, "cancel")
    def _(cancel: Any, service: Service, request_id: str, item: Any) -> Any:
        run = service.store.run(item["run_id"])
        direct = run is not None and run.sat_id is None and run.org_id == item["org_id"]
        return {"code": 202, "run_id": item["run_id"]} if direct else cancel(service, request_id, item)


def answers_cancels_in_another_order() -> None:
    """The last item of a cancel batch comes first."""

    @around(app, "echo_request_id")
    def _(echo: Any, response: Any) -> Any:
        if response.status_code == 207 and "run_id" in response.get_json()[0]:
            response.set_data(json.dumps(response.get_json()[::-1]))
        return echo(response)


def names_the_run_when_it_cancels() -> None:
    """A cancel message has the run's id, too."""

    @around(protocol, "cancel_message")
    def _(cancel_message: Any, run: Any, principal: str) -> Any:
        message = cancel_message(run, principal)
        return replace(message, metadata={**message.metadata, "run_id": run.id})


def names_the_run_of_a_vain_cancel() -> None:
    """An item that failed has its own run's id."""

    @around(dispatch, "cancel")
    def _(cancel: Any, service: Service, request_id: str, item: Any) -> Any:
        return cancel(service, request_id, item) | {"run_id": item["run_id"]}


def hangs_at_a_batch() -> None:
    """A batch is never answered."""
    put(dispatch, "start", hangs)
