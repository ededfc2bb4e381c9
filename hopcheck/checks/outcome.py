"""Rule 12: which outcome a run had, by what was seen of it."""

from __future__ import annotations

from typing import Any

from hopcheck.checks.history import body, member
from hopcheck.checks.hops import Hops
from hopcheck.checks.instance import Instance
from hopcheck.checks.predicate import holds


def facts(instance: Instance) -> dict[str, Any]:
    """What the ``choose`` rules of hops.yaml may ask.

    Statuses, what the dispatcher said of the recipient, the 207's item code, error codes of the uploads.
    """
    return {
        "fault": instance.expectation is not None and instance.expectation.fault is not None,
        "execute_status": instance.run.execute.status if instance.run is not None else None,
        "dispatched": instance.item is not None,
        "recipient_status": instance.recipient.get("status"),
        "item_code": member(instance.result, "code"),
        "connector_status": instance.messages[-1].status if instance.messages else None,
        "connector_answer": body(instance.messages[-1].answered) if instance.messages else None,
        "error_codes": [code for upload in instance.uploads for code in upload.error_codes],
        "verifier_status": instance.verifiers[-1].status if instance.verifiers else None,
        "runner_status": instance.runners[-1].status if instance.runners else None,
    }


def choose(hops: Hops, instance: Instance) -> str:
    """The outcome of the first rule whose every condition holds."""
    known = facts(instance)
    return next(
        each.outcome for each in hops.choose if all(holds(known.get(name), asked) for name, asked in each.when.items())
    )
