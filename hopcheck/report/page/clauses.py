"""The clause table: every rule of the catalogue, what became of it, and the messages that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from hopcheck import yaml_tree
from hopcheck.checks.clause import Clause, entry
from hopcheck.checks.generation import PRESENT, load
from hopcheck.checks.verdict import CLAUSE_STATES, Verdict
from hopcheck.report.page.text import text

EVIDENCE = 8


def read(contracts: Path, generation: str = "") -> dict[str, Clause]:
    """The catalogue's entries by id, as a generation of hosts has them, without asking whether the code agrees with
    them: the judge has.
    """
    entries = (
        entry(path.name, each)
        for path in sorted((contracts / "clauses").glob("*.yaml"))
        for each in yaml_tree.load(path.read_text("utf-8")) or ()
    )
    own = load(contracts, generation or PRESENT).clauses
    return {**{each.id: each for each in entries}, **own}


def rows(verdict: Verdict, catalogue: Mapping[str, Clause]) -> str:
    """A row each, failures first, then in the order of their ids."""
    order = {state: number for number, state in enumerate(("fail", "harness_error"))}
    clauses = sorted(verdict.clauses.items(), key=lambda each: (order.get(each[1].state, 2), each[0]))
    return "".join(
        _row(name, result.state, result.evidence, catalogue.get(name), verdict.disabled.get(name, ""))
        for name, result in clauses
    )


def _row(name: str, state: str, evidence: Iterable[int], clause: Clause | None, disabled: str) -> str:
    seqs = list(evidence)[:EVIDENCE]
    links = " ".join(f'<button type="button" class="open" data-event="{seq}">#{seq}</button>' for seq in seqs)
    level, roles, said, source = ("", "", "", "") if clause is None else _about(clause)
    why = disabled or ("" if clause is None else clause.reason)
    reason = f' <span class="quiet">{text(why)}</span>' if why else ""
    return (
        f'<tr class="{state}" id="clause-{text(name)}" data-state="{state}" data-level="{level}" data-roles="{roles}">'
        f'<th scope="row">{text(name)}</th><td class="state">{state.replace("_", " ")}</td><td>{level}</td>'
        f"<td>{roles.replace(' ', ', ')}</td><td>{said}{reason}<br><cite>{source}</cite></td><td>{links}</td></tr>"
    )


def _about(clause: Clause) -> tuple[str, str, str, str]:
    return text(clause.level), text(" ".join(clause.roles)), text(clause.text), text(clause.source)


def state_filters(verdict: Verdict) -> str:
    """A button for each of the states that there are."""
    return "".join(
        f'<button type="button" data-state="{state}" aria-pressed="true">{state.replace("_", " ")} '
        f"<b>{verdict.clause_counts[state]}</b></button>"
        for state in CLAUSE_STATES
        if verdict.clause_counts[state]
    )


def choices(names: Iterable[str]) -> str:
    """The options of a list of names, the most frequent first."""
    return "".join(f"<option>{text(name)}</option>" for name, _ in Counter(names).most_common())
