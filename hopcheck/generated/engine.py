"""Runs schemathesis over one document; what it counts and what it holds against the answers."""

from __future__ import annotations

import uuid
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemathesis import Case, HookContext
    from schemathesis.engine.events import EngineEvent, ScenarioFinished

POSITIVE, NEGATIVE = "positive", "negative"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
ANSWERED = "answered"
"""The check that there is an answer at all."""
REQUEST_ID = "x-rh-insights-request-id"
STEPS = 5
"""How many requests a chain of links has at most."""
MANY = 200
"""How many failures of one kind are looked at; what comes after would tell nothing new."""


class Missing(ValueError):
    """schemathesis is not installed; the text says how to get it."""


def check_installed() -> None:
    """Raises `Missing`."""
    if find_spec("schemathesis") is None:
        raise Missing("generated requests need schemathesis: pip install 'hopcheck[fuzz]'")


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that an answer did not stand.

    ``request`` is a command line that asks again, ``asked`` the address and body of what was asked, ``status`` and
    ``answer`` what came back, ``case`` the mark that the request bore.
    """

    operation: str
    phase: str
    check: str
    title: str
    message: str
    request: str
    asked: str
    status: int
    answer: str
    case: str


@dataclass(slots=True)
class Outcome:
    """Requests by operation and phase, failures as they came, and what kept schemathesis from asking."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[Failed] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and how much: ``credentials`` are values by security scheme, ``cases`` how many random requests each
    operation gets, and how many chains of requests there are. The same ``seed`` makes the same requests as long as the
    answers are the same.
    """

    base_url: str
    credentials: Mapping[str, str]
    cases: int
    seed: int
    timeout_s: float


def run(document: Mapping[str, Any], asking: Asking, mode: str) -> Outcome:
    """Ask what the document allows (``mode`` positive) or what it forbids (negative). Raises `Missing`."""
    check_installed()
    from schemathesis import hooks, openapi
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema

    config = SchemathesisConfig.from_dict(
        {
            "seed": asking.seed,
            "base-url": asking.base_url,
            "request-timeout": asking.timeout_s,
            "continue-on-failure": True,
            "generation": {"mode": mode, "max-examples": asking.cases, "database": "none"},
            # What is refused leads nowhere.
            "phases": {"stateful": {"enabled": mode == POSITIVE, "max-steps": STEPS}},
            # A document of what is forbidden does not say all of what is allowed.
            "checks": {"positive_data_acceptance": {"enabled": mode == POSITIVE}},
            "auth": {"openapi": {name: {"api_key": value} for name, value in asking.credentials.items()}},
            "output": {"sanitization": {"enabled": False}},
        }
    )
    outcome, known = Outcome(), Counter[tuple[str, str, str]]()
    with warnings.catch_warnings():
        # Its own and Hypothesis' remarks on the document are for its command line.
        warnings.simplefilter("ignore")
        hooks.hook("before_call")(_named)
        try:
            for event in from_schema(openapi.from_dict(dict(document), config=config)).execute():
                for failed in _seen(event, outcome):
                    kind = (failed.operation, failed.check, failed.title)
                    known[kind] += 1
                    if known[kind] <= MANY:
                        outcome.failures.append(failed)
        finally:
            hooks.unregister(_named)
    return outcome


def _named(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Each request has an id of its own, as the gateway gives it one; but where the id is what is tried."""
    if case.headers is not None and REQUEST_ID not in case.headers:
        case.headers[REQUEST_ID] = str(uuid.uuid4())


def _seen(event: EngineEvent, outcome: Outcome) -> Iterator[Failed]:
    from requests import RequestException
    from schemathesis.engine import events

    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError) and isinstance(event.value, RequestException):
        phase = "" if event.phase is None else event.phase.value
        told = event.info.format()
        yield Failed(event.label, phase, ANSWERED, "No answer", told, told.rpartition("\n\n")[2].strip(), "", 0, "", "")
    elif isinstance(event, events.NonFatalError):
        outcome.errors.append(f"{event.label}: {event.info.format()}")
    elif isinstance(event, events.ScenarioFinished) and event.is_test_scenario:
        for case_id in event.recorder.interactions:
            outcome.counts[event.recorder.cases[case_id].value.operation.label, event.phase.value] += 1
        yield from _failed(event)


def _failed(event: ScenarioFinished) -> Iterator[Failed]:
    recorder = event.recorder
    for parent, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            # Some checks ask once more, otherwise.
            case = failure.case_id or parent
            asked = recorder.interactions[case]
            body = b"" if asked.request.body is None else asked.request.body
            yield Failed(
                recorder.cases[parent].value.operation.label,
                event.phase.value,
                check.name,
                failure.title,
                failure.message,
                check.failure_info.code_sample,
                f"{asked.request.uri}\n{body.decode('utf-8', 'replace')}",
                0 if asked.response is None else asked.response.status_code,
                "" if asked.response is None else (asked.response.content or b"").decode("utf-8", "replace"),
                case,
            )
