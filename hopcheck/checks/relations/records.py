"""Host records of the dispatcher's runs: what a dispatch makes of its item, and what uploads make of them (A.9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member, query
from hopcheck.checks.instance import Instance
from hopcheck.checks.once import once
from hopcheck.checks.relations.pages import RUN_HOSTS, RUNS, Page, read_pages
from hopcheck.checks.uploads import FAILED, Upload

ENDED = ("success", "failure")
NOT_BY_EVENTS = ("running", "timeout", "canceled")
NARROW = ("filter[status]", "filter[inventory_id]")
RUN_LABEL = "filter[run][labels]["
CUT_FROM = 1_048_576
"""The size of an upload from which on Playbook Dispatcher shortens its stdout (A.8)."""


@clause("SRV-015")
def item_becomes_host_records(told: Told) -> Judged:
    """Before the first upload a run has one running record for each host of its item, named as the item says."""
    for instance, page, items in _records(told):
        if any(each.post.asked.seq < page.answered.seq for each in instance.uploads) or not _whole(page, instance):
            continue
        given = member(instance.item, "hosts")
        named = [name for each in given if (name := _name(each))] if isinstance(given, list) else []
        if not named:
            continue
        yield seen(page.asked, page.answered)
        if Counter(names := [str(each.get("host")) for each in items]) != Counter(named):
            yield Violation(page.answered, f"the hosts {sorted(named)}", str(sorted(names)), host=instance.host)
        if strange := [status for each in items if (status := each.get("status", "running")) not in NOT_BY_EVENTS]:
            yield Violation(page.answered, "running", str(strange[0]), host=instance.host)


@clause("SRV-085")
def upload_changes_the_dispatched_record(told: Told) -> Judged:
    """No page has a host of a run twice, and after an upload it has the inventory id that it was dispatched with."""
    for instance, page, items in _records(told):
        if not items or not _fetched(instance, page):
            continue
        yield seen(page.answered)
        names = [str(each.get("host")) for each in items]
        if twice := sorted(name for name, count in Counter(names).items() if count > 1):
            yield Violation(page.answered, "one record for each host", f"more of {twice}", host=instance.host)
        given = member(instance.item, "hosts")
        asked = {_name(each): member(each, "inventory_id") for each in given} if isinstance(given, list) else {}
        for each in items if "inventory_id" in page.fields else ():
            inventory_id = asked.get(each.get("host"))
            if inventory_id is not None and each.get("inventory_id") != inventory_id:
                yield Violation(
                    page.answered,
                    f"inventory id {inventory_id} of {each.get('host')}",
                    str(each.get("inventory_id")),
                    host=instance.host,
                )


@clause("SRV-087")
def log_is_the_output_of_an_upload(told: Told) -> Judged:
    """stdout of a host is what one upload that was fetched tells; of a run that ended, one that tells the end.

    Which one is the consumer's pace. A host that no upload has told of yet has an empty log.
    """
    for instance, page, items in _records(told):
        shown = [(each.get("host"), log) for each in items if isinstance(log := each.get("stdout"), str)]
        fetched = _fetched(instance, page) if shown else []
        if not shown or any(each.file is not None and len(each.file.data) >= CUT_FROM for each in fetched):
            continue
        ends = [each for each in fetched if each.finishes] if _ended(told, instance, page) else []
        for host, log in shown:
            last = [each for each in ends if host in _hosts(each)]
            if not log and not last:
                continue
            yield seen(page.answered)
            if log not in {text for each in last or fetched for text in console(each.lines)}:
                asked = "the output of an upload" + (" that ends the run" if last else "")
                yield Violation(page.answered, asked, f"{len(log)} other characters", host=instance.host)


def console(events: Sequence[Any]) -> set[str]:
    """The log that the events of an upload make, in both spellings where error details follow a whole line."""
    known = [event for event in events if isinstance(event, dict)]
    text = ""
    for event in sorted(known, key=lambda event: _number(event, "counter")):
        text += str(event.get("stdout") or "")
        if _number(event, "end_line") > _number(event, "start_line"):
            text += "\n"
    told = [
        member(event, "event_data", "crc_dispatcher_error_details") for event in known if event.get("event") == FAILED
    ]
    details = next((each for each in told if isinstance(each, str)), None)
    if details is None:
        return {text}
    on_a_new_line = {f"{text}\n{details}"}
    return on_a_new_line | {text + details} if not text or text.endswith("\n") else on_a_new_line


@once
def _records(told: Told) -> list[tuple[Instance, Page, list[dict[str, Any]]]]:
    """Every page of hosts with each run whose dispatch was answered before it, and that run's records on it."""
    known = [
        (instance, run_id, instance.dispatch.answered.seq)
        for instance in told.attribution.instances
        if isinstance(run_id := member(instance.result, "id"), str)
        and instance.dispatch is not None
        and instance.dispatch.answered is not None
    ]
    return [
        (instance, page, page.by_run.get(run_id, []))
        for page in read_pages(told, RUN_HOSTS)
        if {"host", "run"} <= page.fields
        for instance, run_id, dispatched in known
        if dispatched < page.asked.seq
    ]


def _whole(page: Page, instance: Instance) -> bool:
    """Whether a page must have every host of a run: it asked for that run, and is all that there is."""
    pairs = page.asked.attrs.get("query") or ()
    labels = member(instance.item, "labels")
    asked = {name: value for name, value in pairs if name.startswith(RUN_LABEL)}
    labelled = asked and asked == {f"{RUN_LABEL}{name}]": value for name, value in (labels or {}).items()}
    its_own = labelled or query(page.asked, "filter[run][id]") == member(instance.result, "id")
    total = member(body(page.answered), "meta", "total")
    return bool(its_own) and total == len(page.items) and query(page.asked, *NARROW) is None


def _fetched(instance: Instance, page: Page) -> list[Upload]:
    """Uploads of a run that the dispatcher may have put into a page."""
    return [
        each
        for each in instance.uploads
        if any(get.answered is not None and get.answered.seq < page.answered.seq for get in each.gets)
    ]


def _ended(told: Told, instance: Instance, page: Page) -> bool:
    """Whether the dispatcher had said that a run is a success or a failure before it was asked for a page."""
    run_id = member(instance.result, "id")
    return isinstance(run_id, str) and _ends(told).get(run_id, page.asked.seq) < page.asked.seq


@once
def _ends(told: Told) -> dict[str, int]:
    """The seq of the first answer that says that a run is a success or a failure, by run id."""
    first: dict[str, int] = {}
    for page in read_pages(told, RUNS):
        for run_id, items in page.by_run.items():
            if any(item.get("status") in ENDED for item in items):
                first[run_id] = min(first.get(run_id, page.answered.seq), page.answered.seq)
    return first


def _hosts(upload: Upload) -> set[Any]:
    """The hosts that an upload tells of: localhost where its events name none."""
    return {host for each in upload.lines if (host := member(each, "event_data", "host"))} or {"localhost"}


def _name(host: Any) -> str | None:
    """What a host of an item is called."""
    name = member(host, "ansible_host") or member(host, "inventory_id")
    return name if isinstance(name, str) else None


def _number(event: dict[str, Any], name: str) -> int:
    value = event.get(name)
    return int(value) if isinstance(value, int | float) else 0
