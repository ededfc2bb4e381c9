"""Wrong conclusions from what was uploaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes.faults.seam import around, put
from fakes.playbook_dispatcher import listing, outcome, satellite
from fakes.playbook_dispatcher.store import Store


def says_success_too_soon() -> None:
    """Runs are listed as a success while they run."""

    @around(listing, "run_item")
    def _(run_item: Any, run: Any, *rest: Any) -> Any:
        return run_item(replace(run, status="success"), *rest)


def leaves_line_ends_out() -> None:
    """A log is all output on one line."""

    @around(outcome, "console")
    def _(console: Any, *arguments: Any) -> Any:
        return console(*arguments).replace("\n", "")


def overlooks_failed_tasks() -> None:
    """A run that is finished is a success, whatever failed."""
    put(outcome, "FAILED", ())


def takes_a_result_back() -> None:
    """An upload changes a run that is over."""

    @around(Store, "update")
    def _(update: Any, store: Store, run_id: str, *rest: Any) -> Any:
        with store.transaction() as connection:
            connection.execute("UPDATE runs SET status = 'running' WHERE id = ?", (run_id,))
            connection.execute("UPDATE run_hosts SET status = 'running' WHERE run = ?", (run_id,))
        update(store, run_id, *rest)


def finds_runs_of_every_org() -> None:
    """An update goes to the run of its correlation id, whosever it is."""

    @around(Store, "find")
    def _(_: Any, store: Store, __: str, correlation_id: str) -> Any:
        return store._run("correlation_id = ?", correlation_id)


def calls_a_host_without_a_name_unknown() -> None:
    """Where no event names a host, the record is that of a host called unknown."""

    @around(outcome, "host_names")
    def _(host_names: Any, events: Any) -> Any:
        names = host_names(events)
        return ["unknown"] if names == ["localhost"] and not any("host" in _data(event) for event in events) else names


def judges_hosts_by_the_run() -> None:
    """A host's status is its run's."""

    @around(outcome, "host_status")
    def _(_: Any, events: Any, __: str) -> Any:
        return outcome.run_status(events)


def shows_each_host_its_own_log() -> None:
    """A host's log is the output of its own events and of those that name no host."""

    @around(outcome, "run_hosts")
    def _(run_hosts: Any, run_id: str, events: Any) -> Any:
        def own(name: str) -> Any:
            return outcome.console([event for event in events if _data(event).get("host", name) == name])

        return [replace(host, log=own(host.host)) for host in run_hosts(run_id, events)]


def takes_a_timeout_for_the_end() -> None:
    """An upload does not change a run that timed out."""

    @around(Store, "update")
    def _(update: Any, store: Store, run_id: str, *rest: Any) -> Any:
        run = store.run(run_id)
        if run is None or run.status != "timeout":
            update(store, run_id, *rest)


def forgives_what_was_ignored() -> None:
    """A task failure that was ignored is none."""

    @around(outcome, "run_status")
    def _(run_status: Any, events: Any) -> Any:
        return run_status([event for event in events if "...ignoring" not in (event.get("stdout") or "")])


def adds_old_output() -> None:
    """A Satellite's output is added in the order in which it comes."""

    @around(satellite, "hosts_after")
    def _(hosts_after: Any, stored: Any, *rest: Any) -> Any:
        return hosts_after([replace(host, sat_sequence=None) for host in stored], *rest)


def ends_with_the_last_host() -> None:
    """A Satellite's run is over as soon as all its hosts are."""

    @around(satellite, "run_status")
    def _(run_status: Any, events: Any, _: bool) -> Any:
        return run_status(events, True)


def cleans_runs_alone() -> None:
    """The clean job leaves hosts as they are."""

    @around(Store, "expire")
    def _(expire: Any, store: Store) -> Any:
        with store.transaction() as connection:
            hosts = connection.execute("SELECT run, host, status FROM run_hosts").fetchall()
        overdue = expire(store)
        with store.transaction() as connection:
            connection.executemany(
                "UPDATE run_hosts SET status = ? WHERE run = ? AND host = ?",
                [(row["status"], row["run"], row["host"]) for row in hosts],
            )
        return overdue


def _data(event: Any) -> Any:
    return event.get("event_data", {})
