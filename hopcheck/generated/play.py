"""Puts generated requests to a role on a topology that is up, and writes into its trace what came of them."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.checks.clause import load_catalogue, relations
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.generated import WRONG
from hopcheck.checks.hops import load_hops
from hopcheck.generated.book import SEED, Book, Target
from hopcheck.generated.engine import NEGATIVE, POSITIVE, Asking, Failed, run
from hopcheck.generated.served import Served
from hopcheck.home import CONTRACTS
from hopcheck.topology.caller import filled
from hopcheck.topology.scene import JSONL, Scene
from hopcheck.trace import TraceTimeout

MANNERS = ("unsupported_method", "allow_header_conformance")
"""Checks of HTTP's own rules, which no contract states: they are a SHOULD."""
VALIDATION = "platform.upload.validation"
TOLD = "generated"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was put to one contract: cases by operation and phase, and how often each excuse was made by its place."""

    contract: str
    cases: Mapping[str, Mapping[str, int]]
    excused: Mapping[int, int]

    @property
    def total(self) -> int:
        """Cases of all operations and phases."""
        return sum(sum(phases.values()) for phases in self.cases.values())


def play(scene: Scene, role: str, cases: int, say: Callable[[str], None], seed: int = SEED) -> list[Tally]:
    """Put all of a role's contracts to it: ``cases`` random requests an operation, besides those that follow from the
    contract alone.

    Raises `TraceTimeout` where nobody answers, `engine.Missing` without schemathesis.
    """
    book = Book.load(CONTRACTS)
    hops = load_hops(CONTRACTS / "hops.yaml")
    catalogue = load_catalogue(CONTRACTS / "clauses", relations(), hops.roles)
    served = Served(Documents(CONTRACTS, wire=True), catalogue)
    scene.tell("case", case=TOLD)
    tallies = []
    for target in book.of_role(role):
        say(f"{target.contract}: {cases} random requests an operation, seed {seed}")
        tallies.append(_put(scene, target, book, served, cases, seed))
    if role == "ingress" and "playbook-dispatcher" in scene.settings.roles:
        _digested(scene)
    return tallies


def _digested(scene: Scene) -> None:
    """Until the dispatcher has judged what was uploaded: it takes one after the other."""
    request = uuid.uuid4().hex
    headers = {"x-rh-identity": scene.values["host_identity"], "x-rh-insights-request-id": request}
    parts = {"file": ["runner-events", JSONL, b"the last one"]}
    scene.ask("ingress", "POST", "/api/ingress/v1/upload", headers=headers, parts=parts)
    scene.wait(
        lambda e: e.attrs.get("topic") == VALIDATION and e.payload is not None and request in (e.payload.text or ""),
        "the dispatcher's word on the last upload",
    )


def _put(scene: Scene, target: Target, book: Book, served: Served, cases: int, seed: int) -> Tally:
    from hopcheck.topology.given import GIVEN

    known = dict(scene.values)
    if target.given is not None:
        known |= GIVEN[target.given](scene) or {}
    asking = Asking(
        f"http://127.0.0.1:{scene.plan.taps.cases[target.role]}",
        filled(target.credentials, known),
        cases,
        seed,
        scene.settings.timeout_s,
    )
    counts: Counter[tuple[str, str]] = Counter()
    failures: list[Failed] = []
    # What a caller may send must be taken; what the service itself must not take is less than what no caller sends.
    for mode in (POSITIVE, NEGATIVE):
        document = served.document(target, whole=mode == POSITIVE)
        outcome = run(_renamed(document, book.names, known), asking, mode)
        if outcome.errors:
            raise TraceTimeout(f"{target.contract}: {outcome.errors[0]}\n{scene.trace.tail()}")
        counts += outcome.counts
        failures += outcome.failures
    names = _names(document)
    excused: Counter[int] = Counter()
    wrong: dict[tuple[str, str, str], Failed] = {}
    for failed in failures:
        operation = names[failed.operation]
        which = book.excuse(failed.check, target.contract, operation, failed.status, failed.answer, failed.asked)
        if which is None:
            wrong.setdefault((operation, failed.check, failed.title), failed)
        else:
            excused[which] += 1
    tally = Tally(target.contract, _by_operation(counts, names), dict(excused))
    scene.tell(
        TOLD,
        contract=target.contract,
        role=target.role,
        seed=seed,
        cases={name: dict(phases) for name, phases in tally.cases.items()},
        excused=excused.total(),
    )
    for (operation, _, _), failed in wrong.items():
        scene.tell(
            WRONG,
            contract=f"{target.contract}#{operation}",
            role=target.role,
            **_told(failed, asking.credentials, target),
        )
    return tally


def _renamed(document: Mapping[str, Any], names: Mapping[str, str], known: Mapping[str, str]) -> dict[str, Any]:
    """The document with what is there in the place of what its examples name."""
    text = json.dumps(document)
    for name, stands_for in names.items():
        if stands_for in known:
            text = text.replace(name, known[stands_for])
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _told(failed: Failed, credentials: Mapping[str, str], target: Target) -> dict[str, Any]:
    request = failed.request
    for name, value in credentials.items():
        # Each run has its own, and they are in no report.
        request = request.replace(f": {value}'", f": {target.credentials[name]}'")
    return {
        "expected": f"{failed.check} ({failed.phase}): {failed.title}",
        "got": failed.message.strip() or f"status {failed.status}",
        "request": request,
        "mark": failed.case,
        "level": "SHOULD" if failed.check in MANNERS else "MUST",
    }


def _names(document: Mapping[str, Any]) -> dict[str, str]:
    """Operation ids by what schemathesis calls the operations."""
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def _by_operation(counts: Mapping[tuple[str, str], int], names: Mapping[str, str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {name: {} for name in names.values()}
    for (label, phase), number in counts.items():
        found[names[label]][phase] = number
    return found
