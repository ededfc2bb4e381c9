"""Clauses that rhcd 0.2, of RHEL 8 and 9, keeps otherwise than its successor (contracts/generations/rhel-8-9.yaml)."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange
from hopcheck.checks.predicate import resolve
from hopcheck.checks.runs import asker
from hopcheck.trace import Event

NAME = "rhel-8-9"
ERROR = 400
GET = "remediations.getRemediationPlaybook.request"
VERIFIER = "process.verifier.spawn"


@clause("H-017", generation=NAME)
def every_connect_is_told(told: Told) -> Judged:
    """Each session that was granted its subscriptions has a connection-status that says online, the later ones too."""
    known: set[str] = set()
    for session in told.attribution.sessions:
        again, granted = session.host in known, [e for e in session.events if e.op == "SUBACK"]
        known.add(session.host)
        if session.online:
            if again:
                yield seen(*session.events)
        elif granted:
            expected = f"a connection-status with state online after the {'re' if again else ''}connect"
            yield Violation(session.events[0], expected, "none", absent=True, host=session.host)


@clause("H-031", generation=NAME)
def errors_go_no_further(told: Told) -> Judged:
    """The body of a response with status 400 or above is given to no verifier, and nothing is uploaded for its run.

    What a verifier was given that was ended is not known: it counts where no run has it.
    """
    known = {each.asked.seq for instance in told.attribution.instances for each in instance.verifiers}
    verifiers = [told.history.exchange(s) for s in told.history.named(VERIFIER) if s.seq not in known]
    for get in (told.history.exchange(request) for request in told.history.named(GET)):
        answer = get.answered
        if not isinstance(get.status, int) or get.status < ERROR or answer is None or answer.payload is None:
            continue
        yield seen(*get.events)
        for each in verifiers:
            here = each.asked.host == asker(get.asked) and each.asked.seq > answer.seq
            if here and _given(each) in (None, answer.payload.sha256):
                yield Violation(each.asked, "no verification of an error", f"one after status {get.status}")
        for post in _uploads(told, get):
            yield Violation(post, "no upload without a playbook", "one")


def _given(verifier: Exchange) -> object:
    return None if verifier.answered is None else resolve(verifier.answered, "stdin.sha256")


def _uploads(told: Told, get: Exchange) -> list[Event]:
    """Those of the run that the request was made for, where no other request for it got a playbook."""
    owners = [each for each in told.attribution.instances if any(one.asked is get.asked for one in each.gets)]
    return [
        upload.post.asked for each in owners if all(one.status != 200 for one in each.gets) for upload in each.uploads
    ]
