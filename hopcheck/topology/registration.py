"""When a host's playbook worker is there for others."""

from __future__ import annotations

from collections.abc import Callable

from hopcheck.topology.identity import Identity
from hopcheck.topology.process import READY_TIMEOUT_S, StartError
from hopcheck.trace import Event, Store, TraceTimeout

WORKER_NAMES = "com.redhat.Yggdrasil1.Worker1."


def worker_registered(store: Store, identity: Identity, timeout: float = READY_TIMEOUT_S) -> Event:
    """Wait until the worker on that host owns its bus name; the event that told. Raises `StartError`."""

    def owned(event: Event) -> bool:
        return (
            event.host == identity.client_id
            and event.protocol == "dbus"
            and event.op == "signal"
            and event.attrs["member"] == "NameOwnerChanged"
            and event.attrs["args"][0].startswith(WORKER_NAMES)
            and bool(event.attrs["args"][2])
        )

    return _waited(store, owned, f"the playbook worker of {identity.name} to own its bus name", timeout)


def worker_listed(store: Store, identity: Identity, timeout: float = READY_TIMEOUT_S) -> Event:
    """Wait until that host tells of any worker, where nobody sees one register. Raises `StartError`."""

    def listed(event: Event) -> bool:
        body = event.payload.json if event.op == "PUBLISH" and event.payload is not None else None
        content = body.get("content") if isinstance(body, dict) else None
        told = isinstance(content, dict) and bool(content.get("dispatchers"))
        return told and (event.host, event.source) == (identity.client_id, "rhc")

    return _waited(store, listed, f"rhc of {identity.name} to tell of its playbook worker", timeout)


def _waited(store: Store, matches: Callable[[Event], bool], what: str, timeout: float) -> Event:
    try:
        return store.wait_for(matches, what=what, timeout=timeout)
    except TraceTimeout as error:
        raise StartError(str(error), "rhc-worker-playbook") from error
