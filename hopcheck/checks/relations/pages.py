"""Pages of the dispatcher's public API: the fields, runs and links that were asked for (server facts A.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import body, member, query
from hopcheck.checks.once import once
from hopcheck.checks.orders import read_orders
from hopcheck.checks.predicate import header
from hopcheck.checks.relations.connector import is_uuid
from hopcheck.memory import remember
from hopcheck.trace import Event

RUNS = "dispatcher-public.listRuns.response"
RUN_HOSTS = "dispatcher-public.listRunHosts.response"
DEFAULT_FIELDS = {
    RUNS: ("id", "org_id", "recipient", "url", "labels", "timeout", "status"),
    RUN_HOSTS: ("host", "run", "status"),
}
# What a run or host need not have, and is left out where it has not.
NULLABLE = {"name", "web_console_url", "inventory_id"}
LIMIT = 50
PLACE = ("limit", "offset")
LABEL = re.compile(r"filter(?:\[run\])?\[labels\]\[(.+)\]")


@dataclass(frozen=True)
class Page:
    """One good answer with what it was asked; ``items`` are the members of its data."""

    name: str
    asked: Event
    answered: Event
    items: list[dict[str, Any]]

    @cached_property
    def fields(self) -> set[str]:
        """The fields asked for: repeated, joined by commas, or the default."""
        given = [value for name, value in self.asked.attrs.get("query") or () if name == "fields[data]"]
        return {field for value in given for field in value.split(",")} or set(DEFAULT_FIELDS[self.name])

    @cached_property
    def by_run(self) -> Mapping[Any, list[dict[str, Any]]]:
        """The items by run id."""
        found: dict[Any, list[dict[str, Any]]] = {}
        for item in self.items:
            if isinstance(run_id := self.run_id(item), str):
                found.setdefault(run_id, []).append(item)
        return found

    @property
    def limit(self) -> int:
        return _number(query(self.asked, "limit"), LIMIT)

    @property
    def offset(self) -> int:
        return _number(query(self.asked, "offset"), 0)

    def run_id(self, item: dict[str, Any]) -> Any:
        """The run that an item is, or is a host of; None where that is not shown."""
        return item.get("id") if self.name == RUNS else member(item, "run", "id")


@clause("SRV-041")
def runs_are_of_the_callers_org(told: Told) -> Judged:
    """The org of a run, shown or known from its dispatch, is that of the caller's identity."""
    dispatched = _dispatched(told, "org_id")
    for page in read_pages(told):
        identity = member(header(page.asked, "x-rh-identity"), "decoded", "identity")
        caller = member(identity, "org_id") or member(identity, "internal", "org_id")
        for item in page.items if caller is not None else ():
            org_id = item.get("org_id", dispatched.get(page.run_id(item)))
            if org_id is not None:
                yield seen(page.asked, page.answered)
                if org_id != caller:
                    yield Violation(page.answered, f"runs of org {caller}", f"one of org {org_id}")


@clause("SRV-042")
def items_have_the_fields_asked_for(told: Told) -> Judged:
    """Each item has the fields of fields[data], the default ones without it, and no other."""
    for page in read_pages(told):
        for item in page.items:
            yield seen(page.asked, page.answered)
            if set(item) - page.fields or page.fields - set(item) - NULLABLE:
                yield Violation(page.answered, f"the fields {sorted(page.fields)}", str(sorted(item)))


@clause("SRV-045")
def page_counts_its_items(told: Told) -> Judged:
    """count is the number of items; total reaches as far as they do, and no further where the page is not full."""
    for page in read_pages(told):
        yield seen(page.answered)
        size, count, total = len(page.items), *(member(body(page.answered), "meta", n) for n in ("count", "total"))
        reach = page.offset + size
        if count != size:
            yield Violation(page.answered, f"count {size}", str(count))
        if (
            not isinstance(total, int)
            or (total < reach and size)
            or (total > reach and size < page.limit and (size or not page.offset))
        ):
            yield Violation(page.answered, f"total {reach}" + (" or more" if size == page.limit else ""), str(total))


@clause("SRV-046")
def page_links_to_its_neighbours(told: Told) -> Judged:
    """next is there where a page follows, previous where one came before, and only there; all keep the parameters."""
    for page in read_pages(told):
        total = member(body(page.answered), "meta", "total")
        if not isinstance(total, int):
            continue
        yield seen(page.asked, page.answered)
        for name, exists in (("next", page.offset + page.limit < total), ("previous", page.offset > 0)):
            if (member(body(page.answered), "links", name) is not None) is not exists:
                yield Violation(
                    page.answered, f"a link {name}" if exists else f"no link {name}", "none" if exists else "one"
                )
        asked = sorted((name, value) for name, value in page.asked.attrs.get("query") or () if name not in PLACE)
        links = member(body(page.answered), "links")
        for name, link in links.items() if isinstance(links, dict) else ():
            if (kept := _kept(str(link))) != asked:
                yield Violation(page.answered, f"{asked} in the link {name}", str(kept))


@clause("SRV-048")
def filters_match_exactly(told: Told) -> Judged:
    """Items filtered by label have it, as shown or as dispatched; hosts filtered by run are of that run."""
    dispatched = _dispatched(told, "labels")
    for page in read_pages(told):
        pairs = page.asked.attrs.get("query") or ()
        asked = {found[1]: value for name, value in pairs if (found := LABEL.fullmatch(name))}
        asked_run = query(page.asked, "filter[run][id]")
        for item in page.items:
            labels = item.get("labels", dispatched.get(page.run_id(item)))
            if asked and isinstance(labels, dict):
                yield seen(page.asked, page.answered)
                if wrong := [name for name, value in asked.items() if labels.get(name) != value]:
                    yield Violation(page.answered, f"labels {asked}", f"{labels}, without {wrong}")
            if asked_run is not None and page.run_id(item) is not None:
                yield seen(page.asked, page.answered)
                if page.run_id(item) != asked_run:
                    yield Violation(page.answered, f"hosts of run {asked_run}", f"one of {page.run_id(item)}")


@clause("SRV-049")
def runs_are_listed_by_age(told: Told) -> Judged:
    """Runs come newest first, or oldest first where that was asked for."""
    for page in read_pages(told, RUNS):
        times = [time for item in page.items if (time := _time(item.get("created_at"))) is not None]
        if len(times) < 2:
            continue
        yield seen(page.asked, page.answered)
        rising = query(page.asked, "sort_by") == "created_at:asc"
        if times != sorted(times, reverse=not rising):
            yield Violation(
                page.answered,
                "oldest first" if rising else "newest first",
                str([item.get("created_at") for item in page.items]),
            )


@clause("SRV-115")
def hosts_name_their_run(told: Told) -> Judged:
    """Every host of a page names its run by id, where the run was asked for."""
    for page in read_pages(told, RUN_HOSTS):
        for item in page.items if "run" in page.fields else ():
            yield seen(page.asked, page.answered)
            if not is_uuid(page.run_id(item)):
                yield Violation(page.answered, "run.id, a UUID", str(item.get("run")))


@once
def read_pages(told: Told, *names: str) -> list[Page]:
    """Good answers of these messages, of all lists where none is named, in order, whoever asked."""
    wanted, pages = names or (RUNS, RUN_HOSTS), []
    for answer in told.history.named(*wanted, *(f"{OF_KIT}{name}" for name in wanted)):
        question, data = told.history.question(answer), member(body(answer), "data")
        if answer.attrs.get("status") == 200 and question is not None and isinstance(data, list):
            name = str(told.history.name(answer)).removeprefix(OF_KIT)
            pages.append(Page(name, question, answer, [e for e in data if isinstance(e, dict)]))
    return pages


@remember(256)
def _kept(link: str) -> list[tuple[str, str]]:
    """The parameters of a link, all but its place. Who polls gets the same links again."""
    return sorted(pair for pair in parse_qsl(urlsplit(link).query, True) if pair[0] not in PLACE)


def _dispatched(told: Told, name: str) -> dict[Any, Any]:
    """A member of the work request by the id of the run that it became."""
    return {order.run_id: member(order.item, name) for order in read_orders(told) if isinstance(order.run_id, str)}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
