"""Pages of runs and hosts: parameters in, ``data``, ``meta`` and ``links`` out (facts A.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.datastructures import MultiDict

from fakes.playbook_dispatcher.identity import Refused
from fakes.playbook_dispatcher.query import Query, select_hosts, select_runs
from fakes.playbook_dispatcher.run import STATUSES, Run, RunHost, timestamp
from fakes.playbook_dispatcher.store import Store

RUN_FIELDS = (
    "id",
    "org_id",
    "recipient",
    "correlation_id",
    "url",
    "labels",
    "timeout",
    "status",
    "service",
    "name",
    "web_console_url",
    "created_at",
    "updated_at",
)
RUN_DEFAULT = ("id", "org_id", "recipient", "url", "labels", "timeout", "status")
HOST_FIELDS = ("host", "run", "status", "stdout", "links", "inventory_id")
HOST_DEFAULT = ("host", "run", "status")
SORTS = {"created_at": True, "created_at:desc": True, "created_at:asc": False}

Args = MultiDict[str, str]


def list_runs(store: Store, org_id: str, services: Sequence[str] | None, path: str, args: Args) -> dict[str, Any]:
    """The body of ``/runs``. Raises Refused."""
    wanted = _fields(args, RUN_FIELDS, RUN_DEFAULT)
    sort = args.get("sort_by", "created_at")
    if sort not in SORTS:
        raise Refused(400, f"sort_by must be one of {', '.join(SORTS)}")
    query = Query(
        org_id,
        services,
        _number(args, "limit", 50, 1, 200),
        _number(args, "offset", 0, 0),
        status=_status(args),
        service=args.get("filter[service]"),
        recipient=_uuid(args, "filter[recipient]", "Unable to parse recipient!"),
        labels=_labels(args, "filter"),
        newest_first=SORTS[sort],
    )
    runs, total = select_runs(store, query)
    return _page([run_item(run, wanted) for run in runs], total, query, path, args)


def list_hosts(store: Store, org_id: str, services: Sequence[str] | None, path: str, args: Args) -> dict[str, Any]:
    """The body of ``/run_hosts``. Raises Refused."""
    wanted = _fields(args, HOST_FIELDS, HOST_DEFAULT)
    query = Query(
        org_id,
        services,
        _number(args, "limit", 50, 1, 200),
        _number(args, "offset", 0, 0),
        status=_status(args),
        service=args.get("filter[run][service]"),
        run_id=_uuid(args, "filter[run][id]", "Unable to parse run id!"),
        inventory_id=_uuid(args, "filter[inventory_id]", "Unable to parse inventory id!"),
        labels=_labels(args, "filter[run]"),
    )
    hosts, total = select_hosts(store, query)
    return _page([host_item(host, wanted) for host in hosts], total, query, path, args)


def run_item(run: Run, wanted: Sequence[str]) -> dict[str, Any]:
    """The asked-for fields of a run (SRV-042)."""
    shown = {name: getattr(run, name) for name in RUN_FIELDS} | {
        "labels": dict(run.labels),
        "created_at": timestamp(run.created_at),
        "updated_at": timestamp(run.updated_at),
    }
    return {name: shown[name] for name in wanted}


def host_item(host: RunHost, wanted: Sequence[str]) -> dict[str, Any]:
    """The asked-for fields of a host; ``stdout`` is its log."""
    id_ = host.inventory_id
    shown = {
        "host": host.host,
        "run": {"id": host.run},
        "status": host.status,
        "stdout": host.log,
        "links": {"inventory_host": None if id_ is None else f"/api/inventory/v1/hosts/{id_}"},
        "inventory_id": id_,
    }
    return {name: shown[name] for name in wanted}


def links(path: str, args: Args, limit: int, offset: int, total: int) -> dict[str, str]:
    """Relative links that keep the other parameters, sorted by name (SRV-046)."""

    def to(start: int) -> str:
        kept = [(name, value) for name, value in args.items(multi=True) if name not in ("limit", "offset")]
        pairs = [*kept, ("limit", str(limit)), ("offset", str(start))]
        return f"{path}?{urlencode(sorted(pairs, key=lambda pair: pair[0]))}"

    found = {"first": to(0), "last": to(max(total - 1, 0) // limit * limit)}
    if offset + limit < total:
        found["next"] = to(offset + limit)
    if offset > 0:
        found["previous"] = to(max(offset - limit, 0))
    return found


def _page(data: list[dict[str, Any]], total: int, query: Query, path: str, args: Args) -> dict[str, Any]:
    return {
        "data": data,
        "meta": {"count": len(data), "total": total},
        "links": links(path, args, query.limit, query.offset, total),
    }


def _fields(args: Args, known: Sequence[str], default: Sequence[str]) -> list[str]:
    names = [name for value in args.getlist("fields[data]") for name in value.split(",")] or list(default)
    for name in names:
        if name not in known:
            raise Refused(400, f"unknown field: {name}")
    return list(dict.fromkeys(names))


def _number(args: Args, name: str, default: int, least: int, most: int = 2**63 - 1) -> int:
    text = args.get(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,40}", text) or not least <= int(text) <= most:
        raise Refused(400, f"{name} is out of range: {text}")
    return int(text)


def _status(args: Args) -> str | None:
    status = args.get("filter[status]")
    if status is not None and status not in STATUSES:
        raise Refused(400, f"unknown status: {status}")
    return status


def _uuid(args: Args, name: str, message: str) -> str | None:
    text = args.get(name)
    try:
        return None if text is None else str(UUID(text))
    except ValueError:
        raise Refused(400, message) from None


def _labels(args: Args, under: str) -> Mapping[str, str]:
    name = re.compile(re.escape(under) + r"\[labels\]\[([^\]]+)\]")
    return {match[1]: value for key, value in args.items(multi=True) if (match := name.fullmatch(key))}
