"""Relations between messages, one module a place in the flow; importing this package registers them all."""

from hopcheck.checks.relations import (
    collection,
    connector,
    dispatching,
    events,
    execution,
    flow,
    handover,
    remediations,
    run_state,
    session,
    staging,
    transmission,
)

__all__ = [
    "collection", "connector", "dispatching", "events", "execution", "flow", "handover", "remediations", "run_state",
    "session", "staging", "transmission",
]
