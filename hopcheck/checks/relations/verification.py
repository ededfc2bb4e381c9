"""What the verifier makes of a playbook: the same text, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, member
from hopcheck.checks.predicate import resolve
from hopcheck.checks.relations.execution import SIGNED, plays

VERIFIER = "insights-client"
DYNAMIC = ("hosts", "vars")
"""What of a play an exclude list may name."""


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


@clause("H-065")
def only_what_is_signed_counts(told: Told) -> Judged:
    """A signed play is verified whatever became of comments and of what it excludes, and of no task.

    Which plays are changed so the kit says, as it changed them.
    """
    yield from _as_announced(told, "H-065")


@clause("H-066")
def what_cannot_be_verified_is_refused(told: Told) -> Judged:
    """A playbook is refused whose play has no vars, no signature, or an exclude list that does not fit it."""
    for each in _verifications(told):
        text = resolve(each.answered, "stdin.text") if each.answered is not None else None
        if text is None or not each.has_ended:
            continue
        yield seen(*each.events)
        bad = [wrong for play in plays(str(text)) if (wrong := misfit(play)) is not None]
        if bad and each.status == 0:
            yield Violation(each.answered, "no play verified that cannot be", bad[0], role=VERIFIER)


@clause("H-067")
def revoked_plays_are_refused(told: Told) -> Judged:
    """A play on the revocation list is refused, and where that list's signature is bad every play is.

    Both lists are the kit's own, which says of each play what must become of it.
    """
    yield from _as_announced(told, "H-067")


@clause("H-068")
def verifier_fails_with_one(told: Told) -> Judged:
    """A verifier that refuses exits with status 1."""
    for instance in told.attribution.instances:
        for each in instance.verifiers:
            if each.answered is not None and each.status != 0:
                yield seen(each.answered)
                if each.status != 1:
                    yield Violation(each.answered, "exit status 1", str(each.status))


def misfit(play: Mapping[str, Any]) -> str | None:
    """Why a play cannot be verified, whatever its signature; None where it can."""
    known = play.get("vars")
    if not isinstance(known, Mapping):
        return "one without vars"
    if not known.get(SIGNED[0]):
        return "one without a signature"
    if not isinstance(exclude := known.get(SIGNED[1]), str):
        return "one without an exclude list"
    for item in exclude.split(","):
        steps = [step for step in item.split("/") if step]
        inner = play.get(steps[0]) if len(steps) == 2 else play
        if len(steps) not in (1, 2) or steps[0] not in DYNAMIC:
            return f"one that excludes {item}"
        if not isinstance(inner, Mapping) or steps[-1] not in inner:
            return f"one that excludes {item}, which it has not"
    return None


def _verifications(told: Told) -> Iterator[Exchange]:
    return (told.history.exchange(spawn) for spawn in told.history.named("process.verifier.spawn"))


def _as_announced(told: Told, clause: str) -> Judged:
    """What became of the playbooks that the kit had verified by itself: it says of each what must."""
    for said in told.history.kit("verify"):
        about = said.attrs
        given = (
            each
            for each in _verifications(told)
            if each.asked.seq > said.seq
            and each.asked.host == about["client_id"]
            and each.has_ended
            and each.answered is not None
            and resolve(each.answered, "stdin.sha256") == about["sha256"]
        )
        if about["clause"] == clause and (each := next(given, None)) is not None:
            yield seen(*each.events)
            if (each.status == 0) != about["verified"]:
                word = "verified" if about["verified"] else "refused"
                yield Violation(each.answered, f"{about['what']} is {word}", f"status {each.status}", role=VERIFIER)
