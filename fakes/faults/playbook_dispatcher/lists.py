"""Wrong pages of runs and hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from fakes.faults.seam import around, put
from fakes.playbook_dispatcher import listing, query


def calls_every_run_somebody_elses() -> None:
    """Runs are listed as another service's."""

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, *rest: Any) -> Any:
        return run_item(replace(run, service="config_manager"), *rest)


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


def names_runs_by_their_host() -> None:
    """Whoever asks for output is told the host's name for the run's id."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, wanted: Any) -> Any:
        return host_item(replace(host, run=host.host) if "stdout" in wanted else host, wanted)


def lists_a_new_host_by_its_inventory_id() -> None:
    """Until a host has said something it is listed by inventory id, although the item gives a name."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, *rest: Any) -> Any:
        return host_item(host if host.log else replace(host, host=host.inventory_id), *rest)


def forgets_the_inventory_id() -> None:
    """The first output of a host replaces its record, inventory id and all."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, *rest: Any) -> Any:
        return host_item(replace(host, inventory_id=None) if host.log else host, *rest)


def forgets_a_label() -> None:
    """Of several labels the last does not count."""

    @around(listing, "_labels")
    def _(labels: Any, *arguments: Any) -> Any:
        return dict(list(labels(*arguments).items())[:-1])


def lists_the_oldest_run_first() -> None:
    """Runs come in the other order."""
    put(listing, "SORTS", {name: not newest_first for name, newest_first in listing.SORTS.items()})


def links_without_filters() -> None:
    """A link to another page has no more parameters than that page's place."""

    @around(listing, "links")
    def _(links: Any, path: str, _: Any, *rest: Any) -> Any:
        return links(path, MultiDict(), *rest)


def knows_no_deadline() -> None:
    """A run that is overdue runs on."""
    put(query, "now", lambda: 0)


def filters_by_the_stored_status() -> None:
    """What is shown as a timeout is found as a run that runs."""
    put(query, "RUN_STATUS", "runs.status = :status")


def shows_running_hosts_as_late() -> None:
    """A host that runs is shown as a timeout."""

    @around(listing, "host_item")
    def _(host_item: Any, host: Any, *rest: Any) -> Any:
        return host_item(replace(host, status="timeout") if host.status == "running" else host, *rest)
