"""When a host's playbook worker is there for others."""

from __future__ import annotations

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

    try:
        return store.wait_for(
            owned, what=f"the playbook worker of {identity.name} to own its bus name", timeout=timeout
        )
    except TraceTimeout as error:
        raise StartError(str(error), "rhc-worker-playbook") from error
