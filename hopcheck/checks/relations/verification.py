"""What the verifier makes of a playbook: the same text, or a refusal."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import member
from hopcheck.checks.predicate import resolve
from hopcheck.checks.relations.execution import SIGNED, plays


@clause("H-062")
def one_bad_play_fails_the_playbook(told: Told) -> Judged:
    """A playbook with a play that is not signed is refused, and so is one that was altered after signing.

    Of the latter the scenario that altered it tells, as it asserts that the run is refused.
    """
    for instance in told.attribution.instances:
        altered = instance.expectation is not None and instance.expectation.outcome == "refused"
        for each in instance.verifiers:
            text = None if each.answered is None else resolve(each.answered, "stdin.text")
            unsigned = [play for play in plays(str(text)) if not member(play, "vars", SIGNED[0])]
            if each.answered is None or not (altered or unsigned):
                continue
            yield seen(*each.events)
            if each.status == 0:
                bad = "not signed" if unsigned else "altered"
                yield Violation(each.answered, "every play verified", f"one accepted that is {bad}")


@clause("H-063")
def verifier_echoes_the_playbook(told: Told) -> Judged:
    """On success stdout is stdin, apart from line feeds at the end."""
    for instance in told.attribution.instances:
        for each in instance.verifiers:
            if each.answered is None or each.status != 0:
                continue
            given = resolve(each.answered, "stdin.text")
            said = None if each.answered.payload is None else each.answered.payload.text
            if given is None:
                continue
            yield seen(each.answered)
            if said is None or said.rstrip("\n") != str(given).rstrip("\n"):
                yield Violation(each.answered, "stdin on stdout", "another text")


@clause("H-068")
def verifier_fails_with_one(told: Told) -> Judged:
    """A verifier that refuses exits with status 1."""
    for instance in told.attribution.instances:
        for each in instance.verifiers:
            if each.answered is not None and each.status != 0:
                yield seen(each.answered)
                if each.status != 1:
                    yield Violation(each.answered, "exit status 1", str(each.status))
