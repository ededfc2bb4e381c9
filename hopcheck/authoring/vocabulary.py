"""What the placeholders of the sentences may stand for, and the tags that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hopcheck import yaml_tree
from hopcheck.authoring.sentence import Sentence
from hopcheck.checks.cases import Cases
from hopcheck.checks.clause import NOWHERE, catalogue_of
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.hops import load_hops
from hopcheck.flow import Arrow, Diagram, load_order, parse
from hopcheck.generated.book import MESSAGED
from hopcheck.home import CONTRACTS
from hopcheck.topology.disturbance import DISTURBANCES
from hopcheck.topology.machines import MACHINES
from hopcheck.topology.visit import CERTIFICATES

# Not read from the features: in a checkout an author's lie among the kit's, and each misspelt tag would be a known one.
TAGS = ("main", "cases", "containers")
ARROW, CASES = "arrow_is_seen", "is_asked"
"""The step functions whose placeholders only have a meaning together: an arrow, and a role's case."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that are known.

    ``values`` are what a placeholder, by its name, may stand for; one that is not there takes anything. ``cases`` are
    those of each participant; ``asked`` are those among them that are requests. ``unjudged`` are clauses that no step
    can ask about, with the reason. ``tags`` are without ``@``.
    """

    diagram: Diagram
    values: Mapping[str, tuple[str, ...]]
    cases: Mapping[str, tuple[str, ...]]
    asked: frozenset[str]
    unjudged: Mapping[str, str]
    tags: frozenset[str]

    def arrow(self, values: Mapping[str, str]) -> Arrow | None:
        """The arrow that the placeholders ``source``, ``text`` and ``target`` name."""
        try:
            return self.diagram.arrow(values["source"], values["target"], values["text"])
        except KeyError:
            return None

    def steps_of(self, sentence: Sentence) -> tuple[str, ...]:
        """Every step that the sentence can be, where its placeholders only have a meaning together."""
        variant = sentence.variants[0]
        if sentence.function == ARROW:
            return tuple(arrow_step(self.diagram, arrow) for arrow in self.diagram.arrows)
        if sentence.function == CASES:
            requests = "asked for" in variant
            return tuple(
                variant.format(role=role, case=case)
                for role, cases in self.cases.items()
                for case in cases
                if (case in self.asked) == requests
            )
        return ()

    def unknown(self, sentence: Sentence, values: Mapping[str, str]) -> str | None:
        """What the placeholders stand for and nobody knows, as the end of a sentence; None where all is known."""
        if sentence.function == ARROW:
            return self._no_arrow(values)
        if sentence.function == CASES:
            if values["role"] not in self.cases:
                return f"nobody is called {values['role']!r}, or there is no case of it"
            if values["case"] not in self.cases[values["role"]]:
                return f"{values['role']} has no case {values['case']!r}"
            return None
        for name, value in values.items():
            known = self.values.get(name)
            if name == "clause" and value in self.unjudged:
                return f"nothing judges clause {value}: {self.unjudged[value]}"
            if known is not None and value not in known:
                return f"there is no {_CALLED.get(name, name)} {value!r}"
        return None

    def choices(self, values: Mapping[str, str]) -> str:
        """All that the first unknown placeholder may stand for, where that is not much; empty where it is."""
        for name, value in values.items():
            known = self.values.get(name, ())
            if 0 < len(known) <= _FEW and value not in known:
                return f"{{{name}}} is one of: {'; '.join(known)}"
        return ""

    def _no_arrow(self, values: Mapping[str, str]) -> str | None:
        names = {name for each in self.diagram.participants for name in (each.id, each.label)}
        for end in (values["source"], values["target"]):
            if end not in names:
                return f"nobody in the diagram is called {end!r}"
        if self.arrow(values) is None:
            return f"the diagram has no arrow {values['text']!r} from {values['source']} to {values['target']}"
        return None


_FEW = 8
_CALLED = {"kind": "machine", "what": "disturbance"}


def arrow_step(diagram: Diagram, arrow: Arrow) -> str:
    """The step that says that an arrow is seen."""
    source, target = (diagram.participant(end).label for end in (arrow.source, arrow.target))
    return f'{source} sends "{" ".join(arrow.text.split())}" to {target}'


def arrow_tag(number: int) -> str:
    """The tag of an arrow, without ``@``."""
    return f"arrow-{number:02}"


def _told_by_the_ui() -> dict[str, tuple[str, ...]]:
    """The statuses of a run and its systems, and how a system can be reached, as the API's contract has them."""
    paths = yaml_tree.load((CONTRACTS / "openapi/remediations.yaml").read_text("utf-8"))["paths"]

    def enumerated(path: str, member: str) -> tuple[str, ...]:
        answer = paths[f"/api/remediations/v1/remediations/{{id}}/{path}"]["get"]["responses"]["200"]
        items = answer["content"]["application/json"]["schema"]["properties"]["data"]["items"]
        return tuple(items["properties"][member]["enum"])

    return {
        "status": enumerated("playbook_runs/{playbook_run_id}/systems", "status"),
        "connection": enumerated("connection_status", "connection_status"),
    }


@cache
def vocabulary() -> Vocabulary:
    """The kit's own. Raises what the contracts raise where they are wrong."""
    hops = load_hops(CONTRACTS / "hops.yaml")
    diagram = parse((CONTRACTS / "flow.mmd").read_text("utf-8"))
    order = load_order(yaml_tree.load((CONTRACTS / "hops.yaml").read_text("utf-8")), diagram)
    clauses = catalogue_of(CONTRACTS, hops.roles)
    cases = Cases(Documents(CONTRACTS)).by_id.values()
    of = {name: tuple(case.id for case in cases if case.role == role) for name, role in hops.named.items()}
    return Vocabulary(
        diagram,
        {
            "clause": tuple(name for name, clause in clauses.items() if clause.judged != NOWHERE),
            "kind": tuple(filter(None, MACHINES)),
            "what": tuple(DISTURBANCES),
            "certificate": tuple(CERTIFICATES),
            "outcome": tuple(order.outcomes),
            **_told_by_the_ui(),
            "receiver": tuple(name for name, role in hops.named.items() if role in MESSAGED),
        },
        {name: ids for name, ids in of.items() if ids},
        frozenset(case.id for case in cases if case.request is not None),
        {name: clause.reason for name, clause in clauses.items() if clause.judged == NOWHERE},
        frozenset({*clauses, *(arrow_tag(arrow.number) for arrow in diagram.arrows), *TAGS}),
    )
