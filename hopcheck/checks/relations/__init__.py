"""Relations between messages, one module a place in the flow; importing this package registers them all."""

from hopcheck.checks.relations import (
    announce,
    batches,
    collection,
    connector,
    dispatching,
    events,
    execution,
    flow,
    handover,
    pages,
    remediations,
    run_state,
    session,
    staging,
    tenant,
    throwaway,
    transmission,
)

__all__ = [
    "announce", "batches", "collection", "connector", "dispatching", "events", "execution", "flow", "handover",
    "pages", "remediations", "run_state", "session", "staging", "tenant", "throwaway", "transmission",
]
