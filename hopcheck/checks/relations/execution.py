"""Verification and the run: what the worker calls, and what it makes of the result."""

from __future__ import annotations

from typing import Any

import yaml

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.documents import seen_yaml
from hopcheck.checks.executions import option
from hopcheck.checks.history import Exchange, member
from hopcheck.checks.instance import Instance
from hopcheck.checks.predicate import resolve
from hopcheck.checks.uploads import FAILED, STARTED, Upload

SIGNED = ("insights_signature", "insights_signature_exclude")
PLAY_KEYS = {"name", "hosts", "become", "vars", "tasks"}
SUCCESSFUL = "successful"
BUSY = "ANSIBLE_PLAYBOOK_ALREADY_RUNNING"
UNVERIFIED = "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"


@clause("H-047")
def verifier_gets_the_playbook(told: Told) -> Judged:
    """The verifier reads the dispatched playbook; unless it exits 0 nothing runs."""
    for instance in told.attribution.instances:
        for each in instance.verifiers:
            yield seen(*each.events)
            given = None if each.answered is None else resolve(each.answered, "stdin.sha256")
            if given is not None and given not in instance.playbooks:
                yield Violation(
                    each.answered, "the dispatched playbook on stdin", f"digest {given}", role="rhc-worker-playbook"
                )
            if each.answered is not None and each.status != 0:
                for runner in instance.runners:
                    yield Violation(runner.asked, "no run after a failed verification", "ansible-runner started")


@clause("H-048")
def failed_verification_is_told_in_two_lines(told: Told) -> Judged:
    """The final upload is executor_on_start, then executor_on_failed with the code for signatures."""
    for instance in told.attribution.instances:
        if any(each.answered is not None and each.status != 0 for each in instance.verifiers):
            yield from _two_lines(instance, UNVERIFIED)


@clause("H-049")
def second_playbook_is_refused(told: Told) -> Judged:
    """A playbook that arrives during a run is refused under its own correlation id, and the run goes on alone."""
    instances = [each for each in told.attribution.instances if each.handovers]
    for instance in instances:
        during = [each for each in instances if _arrived_during(instance, each)]
        if during or any(BUSY in upload.error_codes for upload in instance.uploads):
            yield from _two_lines(instance, BUSY)
        others = [each for each in instances if each is not instance and each.host == instance.host]
        for second in (runner.asked for runner in instance.runners):
            if any(each.running(second) for each in others):
                yield Violation(second, "no second run at the same time", "one started")


@clause("H-050")
def failed_run_ends_the_stream(told: Told) -> Judged:
    """A non-zero exit of ansible-runner makes executor_on_failed the last event."""
    for instance in told.attribution.instances:
        if (final := instance.final) is None or not instance.runners or instance.runners[-1].status in (0, None):
            continue
        yield seen(instance.runners[-1].answered, final.post.asked)
        if (last := member(final.lines, -1, "event")) != FAILED:
            yield Violation(final.post.asked, f"{FAILED} as the last event", str(last), role="rhc-worker-playbook")


@clause("H-051")
def good_run_has_no_failed_event(told: Told) -> Judged:
    """No upload of a run that ended with 0, and says so in its status file, holds executor_on_failed."""
    for instance in told.attribution.instances:
        if not instance.runners or instance.runners[-1].status != 0:
            continue
        if _status(instance, instance.runners[-1]) != SUCCESSFUL:
            continue
        for upload in instance.uploads:
            yield seen(upload.post.asked)
            if any(member(event, "event") == FAILED for event in upload.lines):
                yield Violation(upload.post.asked, f"no {FAILED}", "one", role="rhc-worker-playbook")


@clause("H-059")
def ansible_gets_no_signature(told: Told) -> Judged:
    """The playbook that Ansible runs holds neither the signature nor its exclusions."""
    for instance in told.attribution.instances:
        for each in instance.runners:
            text = resolve_file(each.asked.attrs, option(each.asked, "--playbook"), "text")
            if not isinstance(text, str):
                continue
            yield seen(each.asked)
            for play in plays(text):
                if left := [name for name in SIGNED if name in (member(play, "vars") or {})]:
                    yield Violation(each.asked, "plays without signature variables", f"{left} in {play.get('name')}")


@clause("H-061")
def good_run_leaves_its_status(told: Told) -> Judged:
    """After a good run, which was given the correlation id as its name, the status file under it says successful."""
    for instance in told.attribution.instances:
        for each in instance.runners:
            if each.status != 0 or each.answered is None:
                continue
            yield seen(each.answered)
            # ansible-runner writes it where it was told to.
            if (name := option(each.asked, "--ident")) != instance.correlation_id:
                yield Violation(each.asked, f"--ident {instance.correlation_id}", str(name), role="rhc-worker-playbook")
            elif (text := _status(instance, each)) != SUCCESSFUL:
                yield Violation(
                    each.answered,
                    "successful in the status file",
                    repr(text),
                    role="ansible-runner",
                    absent=text is None,
                )


@clause("H-060")
def ansible_gets_five_play_keys(told: Told) -> Judged:
    """Where a dispatched play has other keys than five, Ansible's plays have none of them."""
    for instance in told.attribution.instances:
        texts = [resolve(each.answered, "stdin.text") for each in instance.verifiers if each.answered is not None]
        given = {key for text in texts for play in plays(str(text)) for key in play} - PLAY_KEYS
        for each in instance.runners if given else ():
            text = resolve_file(each.asked.attrs, option(each.asked, "--playbook"), "text")
            if not isinstance(text, str):
                continue
            yield seen(each.asked)
            if left := sorted({str(key) for play in plays(text) for key in play if key not in PLAY_KEYS}):
                yield Violation(each.asked, f"plays of {', '.join(sorted(PLAY_KEYS))}", f"also {', '.join(left)}")


def plays(text: str) -> list[dict[str, Any]]:
    """The plays of a playbook, to be read only; none where it is not a list of maps."""
    try:
        document = seen_yaml(text)
    except yaml.YAMLError:
        return []
    return [play for play in document if isinstance(play, dict)] if isinstance(document, list) else []


def resolve_file(attrs: dict[str, Any], path: str | None, name: str) -> Any:
    """What was recorded of a file that a process was given."""
    return member(attrs.get("files"), path or "", name)


def _status(instance: Instance, runner: Exchange) -> str | None:
    """What the status file under the correlation id said when the run had ended; None where there was none."""
    files = (resolve(runner.answered, "files") if runner.answered is not None else None) or {}
    found = [about for path, about in files.items() if path.endswith(f"artifacts/{instance.correlation_id}/status")]
    text = member(found[0], "text") if found else None
    return text.strip() if isinstance(text, str) else None


def _two_lines(instance: Instance, code: str) -> Judged:
    final: Upload | None = instance.final
    if final is None:
        yield Violation(
            instance.handovers[0].asked if instance.handovers else None, "a final upload", "none", absent=True
        )
        return
    yield seen(final.post.asked)
    names = [member(event, "event") for event in final.lines]
    if names != [STARTED, FAILED]:
        yield Violation(final.post.asked, f"exactly {STARTED}, {FAILED}", ", ".join(map(str, names)))
    elif final.error_codes != [code]:
        yield Violation(final.post.asked, code, str(final.error_codes))
    for runner in instance.runners:
        yield Violation(runner.asked, "no run", "ansible-runner started")


def _arrived_during(instance: Instance, other: Instance) -> bool:
    """Whether a playbook was handed over on another's host behind the other's, which was still running then.

    Of what comes over one bus the order is sure, and a late bus monitor only makes a handover seem later.
    """
    here, there = instance.handovers[0].asked, other.handovers[0].asked
    return here.host == there.host and here.seq > there.seq and other.running(here)
