"""Requests that are let in, or kept out, against the rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import request

from fakes.faults.seam import around, put
from fakes.playbook_dispatcher import app, dispatch, internal, listing
from fakes.playbook_dispatcher.cloud_connector import CloudConnector
from fakes.playbook_dispatcher.identity import Refused


def takes_any_key() -> None:
    """A key that nobody was given is Remediations'."""

    @around(internal, "service_of")
    def _(service_of: Any, authorization: str | None, keys: Any) -> Any:
        try:
            return service_of(authorization, keys)
        except Refused as error:
            if error.status != 403:
                raise
            return "remediations"


def keeps_its_version_secret() -> None:
    """The version is for those who have credentials."""

    @around(app, "name_request")
    def _(name_request: Any) -> None:
        name_request()
        if request.path == "/internal/version" and "Authorization" not in request.headers:
            raise Refused(401, "Unauthorized")


def takes_empty_batches() -> None:
    """A batch may have no item."""
    _overlooks("has less than 1 item")


def takes_items_without_a_name() -> None:
    """A work request may lack its name."""
    _overlooks('"name" is a required property', lambda items: [{"name": "?"} | item for item in items])


def takes_long_org_ids() -> None:
    """An org id may have eleven characters."""
    _overlooks("is longer than 10 characters")


def takes_ids_in_any_spelling() -> None:
    """An id may have capitals."""
    _overlooks("^[0-9a-f]{8}-")


def takes_any_url() -> None:
    """A URL may be of any kind."""
    _overlooks("^https?://")


def takes_long_timeouts() -> None:
    """A timeout may be longer than a week."""
    _overlooks("is greater than the maximum")


def takes_more_than_fifty_hosts() -> None:
    """Connection status may be asked for as many hosts as one likes."""
    _overlooks("has more than 50 items")


def takes_half_a_satellite() -> None:
    """A Satellite's item need not be whole."""
    put(dispatch, "batch_error", lambda items: None)


def calls_everybody_connected() -> None:
    """No recipient is disconnected."""

    @around(CloudConnector, "connected")
    def _(connected: Any, *arguments: Any) -> Any:
        connected(*arguments)
        return True


def lets_systems_read() -> None:
    """Any principal may list runs."""
    put(app, "require_principal", lambda identity: None)


def shows_runs_of_every_org() -> None:
    """Whoever asks sees the runs of the org that came first."""

    @around(listing, "select_runs")
    def _(select_runs: Any, store: Any, query: Any) -> Any:
        first = store.connection().execute("SELECT org_id FROM runs ORDER BY created_at LIMIT 1").fetchone()
        return select_runs(store, query if first is None else replace(query, org_id=first["org_id"]))


def shows_more_than_was_asked_for() -> None:
    """Every run has its URL, asked for or not."""

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, wanted: Any) -> Any:
        return run_item(run, [*wanted, "url"])


def takes_any_limit() -> None:
    """A page may have as many items as one likes."""

    @around(listing, "_number")
    def _(number: Any, args: Any, name: str, default: int, least: int, *_: Any) -> Any:
        return number(args, name, default, least)


def _overlooks(complaint: str, mend: Callable[[Any], Any] = lambda body: body) -> None:
    """Let a body pass against which there is no more than this to say."""

    @around(internal, "_body")
    def _(body: Any, shape: Any) -> Any:
        try:
            return body(shape)
        except Refused as error:
            if complaint not in error.message:
                raise
            return mend(json.loads(request.get_data()))
