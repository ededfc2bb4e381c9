"""What rhc reads when it starts and while it runs, and what it does where it cannot start."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member

WITHOUT_BROKER = "a start without a broker"
FAILED = 1


@clause("H-009")
def start_without_broker_fails(told: Told) -> Judged:
    """A start while nobody listens at the broker's address ends with status 1."""
    for tried in told.history.kit("tried"):
        if tried.attrs.get("what") != WITHOUT_BROKER:
            continue
        yield seen(tried)
        if (status := tried.attrs.get("status")) != FAILED:
            got = "it goes on" if status is None else f"exit status {status}"
            yield Violation(tried, f"exit status {FAILED}", got, host=tried.attrs.get("client_id"))


@clause("H-015")
def new_facts_are_told(told: Told) -> Judged:
    """After the facts file was written, an online connection-status tells what stands there."""
    for written in told.history.kit("written"):
        host, facts = written.attrs.get("client_id"), written.attrs.get("facts")
        later = [e for e in told.history.arrow(1, "online") if e.host == host and e.seq > written.seq]
        news = [e for e in later if member(body(e), "content", "canonical_facts") == facts]
        yield seen(written, *news)
        if not news:
            yield Violation(written, "a connection-status with the new facts", f"{len(later)} others", host=host)
