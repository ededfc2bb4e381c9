"""contracts/cases/: requests that the kit makes itself, and whether each was answered as it must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.checks.clause import CASE, NOWHERE, Clause, ClauseError, Seen, Violation, seen
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import KIT
from hopcheck.checks.contracts.rule import Rule
from hopcheck.trace import Event, Trace

FILES = "cases/"
HEADER = "x-hopcheck-case"
"""The header by which a request says which case it is."""
_NEEDED = {"id", "role", "clauses"}
_ASKED = {"request", "answer"}


@dataclass(frozen=True)
class Case:
    """A request and its answer: ``status``, and a schema of the body where there is something to say about it.

    ``given`` names what is done before (`hopcheck.topology.given`); a case may consist of that alone, and shows then
    in what relations find, or in what messages it brings about. One without ``clauses`` is there for what the contract
    of its operation says alone. One that is ``fatal`` to today's real component is put to stand-ins only. ``file`` is
    where the case stands.
    """

    id: str
    role: str
    clauses: tuple[str, ...]
    request: Mapping[str, Any] | None
    status: int | None
    body: Rule | None
    given: str | None
    file: str
    fatal: bool = False

    def judge(self, asked: Event, answer: Event | None) -> Iterator[Violation | Seen]:
        """What the answer to this case shows."""
        expected = f"{self.id!r} is answered {self.status}"
        if answer is None or answer.op != "response":
            yield Violation(answer or asked, expected, "it was not answered", self.role)
            return
        if answer.attrs["status"] != self.status:
            yield Violation(answer, expected, f"it was answered {answer.attrs['status']}", self.role)
            return
        if self.body is not None:
            body = None if answer.payload is None else answer.payload.json
            for breach in self.body.breaches(body, self.file, "response.body", self.role):
                yield Violation(answer, f"{self.id!r}: {breach.place}: {breach.expected}", breach.got, self.role)
        yield seen(asked, answer)


class Cases:
    """All cases by id. Raises `ClauseError` or `ContractError` for one that is incomplete or stands twice."""

    def __init__(self, documents: Documents) -> None:
        self.by_id: dict[str, Case] = {}
        for file in (name for name in documents.trees if name.startswith(FILES)):
            for number, entry in enumerate(documents.trees[file]["cases"]):
                self._enter(documents, file, number, entry)

    def _enter(self, documents: Documents, file: str, number: int, entry: Mapping[str, Any]) -> None:
        asked = _ASKED if _ASKED & set(entry) or "given" not in entry else set()
        if wrong := ({*_NEEDED, *asked} - set(entry)) | (set(entry) - {*_NEEDED, *asked, "given", "fatal"}):
            raise ClauseError(f"{file}: {entry.get('id')}: fields differ: {sorted(wrong)}")
        if entry["id"] in self.by_id:
            raise ClauseError(f"{file}: {entry['id']!r} is there twice")
        answer = entry.get("answer", {})
        body = Rule(documents, file, ("cases", number, "answer", "body")) if "body" in answer else None
        self.by_id[entry["id"]] = Case(
            entry["id"],
            entry["role"],
            tuple(entry["clauses"]),
            entry.get("request"),
            answer.get("status"),
            body,
            entry.get("given"),
            file,
            bool(entry.get("fatal", False)),
        )

    @property
    def clauses(self) -> set[str]:
        """The clauses that the answers to cases judge."""
        return {clause for case in self.by_id.values() if case.request is not None for clause in case.clauses}

    def misfits(self, catalogue: Mapping[str, Clause], roles: Collection[str]) -> Iterator[tuple[str, str]]:
        """Where cases and catalogue contradict each other: the case or the clause, and what is wrong with it."""
        for case in self.by_id.values():
            if case.role not in roles:
                yield case.id, f"unknown role {case.role!r}"
            for name in case.clauses:
                if name not in catalogue or catalogue[name].judged == NOWHERE:
                    yield case.id, f"the catalogue has no {name}, or has it judged nowhere"
                elif case.role not in catalogue[name].roles:
                    yield case.id, f"{name} does not bind {case.role}"
        for clause in catalogue.values():
            if clause.judged == CASE and clause.id not in self.clauses:
                yield clause.id, "no case puts it to the test"

    def fit(self, catalogue: Mapping[str, Clause], roles: Collection[str]) -> None:
        """Raises `ClauseError` at the first misfit."""
        for name, cause in self.misfits(catalogue, roles):
            raise ClauseError(f"{FILES}: {name}: {cause}")

    def judge(self, trace: Trace) -> dict[str, list[Violation | Seen]]:
        """What the cases that a trace holds show, by clause."""
        found: dict[str, list[Violation | Seen]] = defaultdict(list)
        for case, asked, answer in self._asked(trace):
            for clause in case.clauses:
                found[clause] += case.judge(asked, answer)
        return found

    def unclaused(self, trace: Trace) -> Iterator[tuple[Event, Violation]]:
        """What is wrong with the answers to cases without clauses, each with its request."""
        for case, asked, answer in self._asked(trace):
            if not case.clauses:
                for each in case.judge(asked, answer):
                    if isinstance(each, Violation):
                        yield asked, each

    def _asked(self, trace: Trace) -> Iterator[tuple[Case, Event, Event | None]]:
        for asked, answer in exchanges(trace):
            case = self.by_id.get(str(case_of(asked)))
            if case is not None and case.request is not None:
                yield case, asked, answer


def exchanges(trace: Trace) -> Iterator[tuple[Event, Event | None]]:
    """The kit's own requests, each with what became of it."""
    ends = {
        event.exchange: event
        for event in trace
        if event.protocol == "http" and event.op in ("response", "refused") and event.edge.startswith(f"{KIT}>")
    }
    for event in trace:
        if event.protocol == "http" and event.op == "request" and event.edge.startswith(f"{KIT}>"):
            yield event, ends.get(event.exchange)


def is_case(event: Event, case: str) -> bool:
    """Whether an event is the request of this case."""
    return event.op == "request" and event.edge.startswith(f"{KIT}>") and case_of(event) == case


def case_of(request: Event) -> str | None:
    """The case that a request says it is."""
    return next((value for name, value in request.attrs["headers"] if name.lower() == HEADER), None)
