"""Whose host it is: the connector's answers to another organisation."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member, segment
from hopcheck.checks.predicate import header

ORG_ID = "x-rh-cloud-connector-org-id"
SEND, STATUS = "cloud-connector.sendMessageV2.request", "cloud-connector.connectionStatusV2.request"


@clause("CON-04")
def other_orgs_host_is_not_found(told: Told) -> Judged:
    """A host that was found for one org is not found for another, and never forbidden."""
    owners: dict[str, str] = {}
    for event in told.history.named(SEND, STATUS):
        exchange, host, org_id = told.history.exchange(event), segment(event, "connections"), header(event, ORG_ID)
        if exchange.answered is None or host is None or not isinstance(org_id, str):
            continue
        if owners.get(host, org_id) == org_id:
            if _found(exchange):
                owners[host] = org_id
            continue
        yield seen(*exchange.events)
        if exchange.status not in ((404,) if told.history.name(event) == SEND else (200, 404)) or _found(exchange):
            yield Violation(
                exchange.answered,
                f"no host of org {owners[host]} for org {org_id}",
                f"{exchange.status}, {body(exchange.answered)}",
            )


def _found(exchange: Exchange) -> bool:
    return bool(exchange.status == 201 or member(body(exchange.answered), "status") == "connected")
