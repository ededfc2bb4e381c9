"""A role's page: what a component in its place is given, and what it must do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hopcheck.catalogue.book import Book
from hopcheck.checks.clause import NOWHERE
from hopcheck.checks.contracts.documents import Documents
from hopcheck.conform.model import CORE
from hopcheck.conform.plan import Rules, items
from hopcheck.flow import Diagram, parse
from hopcheck.topology import profile as profiles
from hopcheck.topology.facts import FACTS, names
from hopcheck.topology.roles import GRACE_S
from hopcheck.topology.settings import NATIVE, ROLES
from hopcheck.topology.sut import RUNNER

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
NOTE = "Made by `hopcheck roles {role}` from `contracts/`; do not edit."


def listing(book: Book) -> Iterator[str]:
    """A line for each role."""
    for role in ROLES:
        bound = [each for each in book.clauses.values() if role in each.roles]
        cases = [each for each in book.cases.values() if each.role == role]
        yield f"  {role:<22} {len(bound):>3} clauses, {len(cases):>3} cases"


def page(book: Book, role: str, contracts: Path) -> str:
    """docs/roles/ROLE.md."""
    rules = Rules.load(contracts / "conformance.yaml")
    diagram = parse((contracts / "flow.mmd").read_text())
    lines = [f"# {role}", "", NOTE.format(role=role), ""]
    lines += _ways(role)
    if role != RUNNER:
        lines += _given(profiles.load(profiles.standard(role)))
    lines += _arrows(book, diagram, role)
    lines += _operations(Documents(contracts), role)
    lines += _borne(book, rules, role)
    lines += _clauses(book, rules, role)
    return "\n".join(lines) + "\n"


def _ways(role: str) -> Iterator[str]:
    yield "## How to put yours in its place"
    yield ""
    if role == RUNNER:
        yield "It is always the real one, that is installed with the kit; on machines the one that the image holds."
        yield ""
        return
    ways = [("cmd", f'hopcheck conform {role} --sut {role}=cmd:"./my-{role} --flag"', "a command, started by the kit")]
    if role in NATIVE:
        ways.append(
            (
                "host",
                f"hopcheck conform {role} --sut {role}=host --host-overlay DIR",
                "part of a machine: an overlay over the hosts' image, or `--host-image NAME`, holds it",
            )
        )
    else:
        ways.append(("image", f"hopcheck conform {role} --sut {role}=image:NAME", "a container image"))
        ways.append(
            (
                "url",
                f"hopcheck conform {role} --sut {role}=url:http://127.0.0.1:8000 --first-port 20000",
                "a service that runs already; the kit prints what it must be configured to",
            )
        )
    for kind, line, what in ways:
        yield f"- `{kind}`: {what}"
        yield ""
        yield f"      {line}"
        yield ""


def _given(profile: profiles.Profile) -> Iterator[str]:
    """What its profile makes the kit give it."""
    yield "## What it is given"
    yield ""
    yield f"{profile.about} Another profile: `--profile {profile.role}=FILE`."
    yield ""
    if profile.needs:
        yield f"The kit brings up for it: {', '.join(profile.needs)}."
        yield ""
    environment = dict(profile.environment)
    for step in profile.processes:
        environment |= step.environment
        if step.arguments:
            yield f"Arguments: `{' '.join(step.arguments)}`"
            yield ""
    if environment:
        yield "| variable | value | where it is from |"
        yield "|---|---|---|"
        for name, value in environment.items():
            told = "; ".join(f"`{fact}`: {FACTS[fact].text}" for fact in dict.fromkeys(names(value)))
            yield f"| `{name}` | `{_cell(value)}` | {_cell(told)} |"
        yield ""
    if profile.files:
        yield "Files: " + ", ".join(f"`{file.path}`" for file in profile.files) + "."
        yield ""
    for step in profile.processes:
        if step.health is not None:
            yield f"It is ready when port `{_cell(step.health.port)}` answers `GET {step.health.path}` below 500,"
            yield f"or when it tells so as systemd's services do, within {profile.patience:g} s."
            yield ""
    yield f"It ends within {GRACE_S:g} s of SIGTERM."
    yield ""


def _arrows(book: Book, diagram: Diagram, role: str) -> Iterator[str]:
    yield "## Its arrows in the diagram"
    yield ""
    yield "| arrow | from | to | message |"
    yield "|---|---|---|---|"
    named = book.hops.named
    for arrow in diagram.arrows:
        source, target = (diagram.participant(name).label for name in (arrow.source, arrow.target))
        if role in (named.get(source), named.get(target)):
            yield f"| {arrow.number} | {source} | {target} | {_cell(' '.join(arrow.text.split()))} |"
    yield ""


def _operations(documents: Documents, role: str) -> Iterator[str]:
    found = []
    for name, tree in documents.trees.items():
        edges = tree.get("x-edges") or ()
        for path, item in (tree.get("paths") or {}).items():
            for method in METHODS:
                operation = item.get(method)
                if operation is None:
                    continue
                own = operation.get("x-edges", item.get("x-edges", edges))
                if any(str(edge).rpartition(">")[2] == role for edge in own):
                    statuses = ", ".join(map(str, operation["responses"]))
                    below = " or ".join(f"`{each['url']}`" for each in item.get("servers", tree.get("servers", ())))
                    found.append(f"| `{method.upper()} {path}` | {below} | {statuses} | `{name}` |")
    if found:
        yield "## What it must answer"
        yield ""
        yield "| operation | below | answers | contract |"
        yield "|---|---|---|---|"
        yield from found
        yield ""


def _borne(book: Book, rules: Rules, role: str) -> Iterator[str]:
    everything = items(role, rules, book.cases.values(), rules.declared(()), foreign=True)
    stories = [each.name for each in everything if each.case is None]
    cases = [each.case for each in everything if each.case is not None]
    yield "## What is played"
    yield ""
    yield f"The stories {', '.join(stories)}, and {len(cases)} cases."
    given = [case for case in cases if case.given is not None]
    if given:
        yield ""
        yield "For these something is brought about first; the component may be stopped, started again, frozen or"
        yield "configured otherwise, or those it asks may be away:"
        yield ""
        yield from (f"- {case.id}" for case in given)
    yield ""


def _clauses(book: Book, rules: Rules, role: str) -> Iterator[str]:
    bound = [each for each in book.clauses.values() if role in each.roles]
    levels = {level: sum(each.level == level for each in bound) for level in ("MUST", "SHOULD", "QUIRK")}
    counted = ", ".join(f"{count} {level}" for level, count in levels.items() if count)
    yield "## Clauses that bind it"
    yield ""
    yield f"{len(bound)}: {counted}. Extensions are disabled where `--capabilities` leaves them out."
    yield ""
    yield "| clause | level | capability | rule | not exercised here |"
    yield "|---|---|---|---|---|"
    reasons = rules.unexercised.get(role, {})
    for each in bound:
        capability = rules.capability(each.id)
        why = each.reason if each.judged == NOWHERE else reasons.get(each.id, "")
        shown = "" if capability == CORE else capability
        yield f"| {each.id} | {each.level} | {shown} | {_cell(each.text)} | {_cell(why)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
