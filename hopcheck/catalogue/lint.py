"""What is wrong with a directory of contracts: each problem with file, line and remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from hopcheck import yaml_tree
from hopcheck.catalogue.examples import examples
from hopcheck.catalogue.tools import TOOLS, Tool, tool_problems
from hopcheck.checks import generation as generations
from hopcheck.checks.cases import FILES, Cases
from hopcheck.checks.clause import CONTRACT, LEVELS, NOWHERE, QUIRK, RELATION, Clause, ClauseError, entry, relations
from hopcheck.checks.contracts import Contracts
from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.dbus_interface import PREFIX
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.generation import PRESENT
from hopcheck.checks.hops import Hops, load_hops
from hopcheck.conform.plan import PlanError, Rules
from hopcheck.faults.catalogue import FaultError, fault_of
from hopcheck.flow import parse
from hopcheck.topology.profile import KNOWN, ProfileError, load

_TAG = re.compile(r"@((?:H|SRV|CON|ING|STO|OBS|FLOW)-\d+)\b|\bclause ((?:H|SRV|CON|ING|STO|OBS|FLOW)-\d+)\b")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong; ``line`` is 0 where a file has none for it."""

    file: str
    line: int
    cause: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.cause}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of a list in a file."""

    file: str
    line: int
    value: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.value.get("id", "an entry without id"))

    def problem(self, cause: str, remedy: str) -> Problem:
        return Problem(self.file, self.line, f"{self.id}: {cause}", remedy)


def lint(directory: Path, features: Path | None = None, tools: Sequence[Tool] = TOOLS) -> list[Problem]:
    """All that is wrong with the contracts in ``directory``, and with the clauses that ``features`` name.

    ``tools`` read the documents once more, as strangers would.
    """
    found: list[Problem] = []
    clauses = [each for path in sorted((directory / "clauses").glob("*.yaml")) for each in _entries(path, found)]
    faults = [each for path in sorted((directory / "faults").glob("*.yaml")) for each in _entries(path, found)]
    for file, read in (("hops.yaml", load_hops), ("flow.mmd", lambda path: parse(path.read_text()))):
        try:
            read(directory / file)
        except (OSError, ValueError, KeyError) as error:
            return [*found, Problem(file, 0, str(error), "mend it first: everything else refers to it")]
    hops = load_hops(directory / "hops.yaml")
    bearers: Counter[str] = Counter()
    documents = _documents(directory, found)
    if documents is not None:
        bearers.update(clause for name in documents.texts for clause in _borne_by(documents, name))
    found += _clauses(clauses, hops, bearers)
    found += _profiles(directory / "profiles")
    known = {each.id: each.value for each in reversed(clauses)}
    found += _generations(directory, known)
    if documents is not None:
        found += _strangers(directory, documents, known)
        found += (Problem(*each) for each in examples(Documents(directory, wire=True)))
        found += _faults(faults, known, documents)
        found += _cases(documents, directory, _sound(clauses), hops)
        found += _conformance(documents, directory / "conformance.yaml", _sound(clauses))
        # What is wrong in itself is told already.
        told = {(problem.file, problem.line) for problem in found}
        found += _toothless([each for each in clauses if (each.file, each.line) not in told], faults, documents)
        for tool in tools:
            found += (
                Problem(file, 0, cause, "see the format's specification")
                for file, cause in tool_problems(tool, directory)
            )
    if features is not None:
        found += _named(features, known)
    return found


def _entries(path: Path, found: list[Problem]) -> list[_Entry]:
    try:
        root = yaml.compose(path.read_text(), Loader=yaml.CSafeLoader)
        values = yaml_tree.load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        found.append(
            Problem(_name(path), mark.line + 1 if mark else 0, f"cannot be read: {error}", "write a YAML list")
        )
        return []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        found.append(Problem(_name(path), 1, "is no list of mappings", "begin each entry with `- id: …`"))
        return []
    assert isinstance(root, yaml.SequenceNode)
    lines = [node.start_mark.line + 1 for node in root.value]
    return [_Entry(_name(path), line, value) for line, value in zip(lines, values, strict=True)]


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _documents(directory: Path, found: list[Problem]) -> Documents | None:
    try:
        documents = Documents(directory)
        Contracts(documents)
    except ContractError as error:
        file, _, cause = str(error).partition(": ")
        line = re.search(r"line (\d+)", cause)
        found.append(Problem(file, int(line[1]) if line else 0, cause, "mend it where the pointer leads"))
        return None
    return documents


def _borne_by(documents: Documents, name: str) -> Iterator[str]:
    """The clauses that a document bears: in x-clauses, or in annotations of XML."""
    if name in documents.trees:
        yield from _borne(documents.trees[name])
    else:
        for annotation in ElementTree.fromstring(documents.texts[name]).iter("annotation"):
            if annotation.get("name") == f"{PREFIX}Clauses":
                yield from annotation.get("value", "").split()


def _borne(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("x-clauses", ())
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _borne(each)


def _sound(clauses: list[_Entry]) -> dict[str, Clause]:
    """The entries with nothing wrong in themselves."""
    found: dict[str, Clause] = {}
    for each in clauses:
        with suppress(ClauseError):
            found.setdefault(each.id, entry(each.file, each.value))
    return found


def _clauses(clauses: list[_Entry], hops: Hops, bearers: Counter[str]) -> Iterator[Problem]:
    bound, seen, texts = set(relations()), dict[str, _Entry](), dict[str, _Entry]()
    for each in clauses:
        try:
            clause = entry(each.file, each.value)
        except ClauseError as error:
            yield each.problem(
                str(error).rpartition(f"{each.id}: ")[2],
                f"fields and levels ({', '.join(LEVELS)}) are those of the other entries",
            )
            continue
        if each.id in seen:
            first = seen[each.id]
            yield each.problem(f"stands at {first.file}:{first.line} already", "an id stands for one rule, for ever")
            continue
        if clause.text in texts:
            yield each.problem(f"says what {texts[clause.text].id} says", "drop one of the two")
        seen[each.id] = each
        texts.setdefault(clause.text, each)
        for what, asked, known in (("role", clause.roles, hops.roles), ("hop", clause.hops, set(hops.edges))):
            for name in asked:
                if name not in known:
                    yield each.problem(f"unknown {what} {name!r}", f"hops.yaml has {', '.join(sorted(known))}")
        if not clause.hops:
            yield each.problem("has no hop", "name the edge where it shows")
        if (clause.judged == RELATION) != (clause.id in bound):
            yield each.problem(
                "has a relation" if clause.id in bound else "has no relation",
                "`judged: relation` and a function marked @clause go together",
            )
        if (clause.judged == CONTRACT) and not bearers[clause.id]:
            yield each.problem("no contract document bears it", "put it into x-clauses where its rule stands")
        if clause.judged == NOWHERE and bearers[clause.id]:
            yield each.problem("is judged nowhere, and a contract document bears it", "say `judged: contract`")
    for name in sorted(bound - set(seen)):
        yield Problem("clauses/", 0, f"{name}: a relation judges it, and no entry says what it is", "add the entry")


def _strangers(directory: Path, documents: Documents, known: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    for name in documents.texts:
        lines = (directory / name).read_text().splitlines()
        for clause in dict.fromkeys(_borne_by(documents, name)):
            if clause not in known:
                line = next((number for number, text in enumerate(lines, 1) if clause in text), 0)
                yield Problem(
                    name, line, f"bears {clause}, which the catalogue has not", "add it to clauses/, or drop it"
                )


def _faults(faults: list[_Entry], known: dict[str, dict[str, Any]], documents: Documents) -> Iterator[Problem]:
    files = [tree for name, tree in documents.trees.items() if name.startswith(FILES)]
    cases = {str(case.get("id")) for tree in files for case in tree["cases"]}
    seen: dict[str, _Entry] = {}
    for each in faults:
        try:
            fault = fault_of(each.value)
        except FaultError as error:
            yield each.problem(str(error).removeprefix(f"{each.id}: "), "fields are those of the other entries")
            continue
        if each.id in seen:
            yield each.problem(f"stands at line {seen[each.id].line} already", "give it a name of its own")
        seen.setdefault(each.id, each)
        clause, contract = fault.caught_by.clause, fault.caught_by.contract
        if clause is not None and clause not in known:
            yield each.problem(f"is caught by {clause}, which the catalogue has not", "name a clause of clauses/")
        elif clause is not None and known[clause].get("judged") == NOWHERE:
            yield each.problem(f"is caught by {clause}, which nothing judges", "judge the clause, or name another")
        if fault.case is not None and fault.case not in cases:
            yield each.problem(f"is played by {fault.case!r}, which is no case", "name a case of cases/")
        if contract is not None and contract.partition("#")[0] not in documents.trees:
            yield each.problem(f"is caught by {contract}, and there is no such document", "name a file of contracts/")


def _cases(documents: Documents, directory: Path, clauses: dict[str, Clause], hops: Hops) -> Iterator[Problem]:
    """Cases one by one, so that each problem has its line."""
    places = {
        line.split("id: ", 1)[1]: (file, number)
        for file in documents.trees
        if file.startswith(FILES)
        for number, line in enumerate((directory / file).read_text().splitlines(), 1)
        if "- id: " in line
    }
    try:
        cases = Cases(documents)
    except ClauseError as error:
        file, _, cause = str(error).partition(": ")
        yield Problem(file, 0, cause, "fields are those of the other cases")
        return
    for name, cause in cases.misfits(clauses, hops.named.values()):
        file, line = places.get(name, (FILES, 0))
        yield Problem(file, line, f"{name}: {cause}", "mend the case, or the entry of its clause")


def _conformance(documents: Documents, file: Path, clauses: dict[str, Clause]) -> Iterator[Problem]:
    """What `hopcheck conform` plays; without the file there is nothing to be wrong."""
    if file.is_file():
        trees = (tree for name, tree in documents.trees.items() if name.startswith(FILES))
        ids = {str(case.get("id")) for tree in trees for case in tree["cases"]}
        try:
            misfits = list(Rules.load(file).misfits(clauses, ids))
        except (PlanError, yaml.YAMLError) as error:
            misfits = [str(error)]
        for cause in misfits:
            yield Problem(file.name, 0, cause, "name what there is, or take it out")


def _toothless(clauses: list[_Entry], faults: list[_Entry], documents: Documents) -> Iterator[Problem]:
    """Binding clauses that are judged, and that nothing shows to bite."""
    present = [each for each in faults if each.value.get("generation", PRESENT) == PRESENT]
    broken = {(each.value.get("caught_by") or {}).get("clause") for each in present}
    for tree in (tree for name, tree in documents.trees.items() if name.startswith(FILES)):
        broken.update(clause for case in tree["cases"] if "request" in case for clause in case["clauses"])
    for each in clauses:
        if each.value["judged"] != NOWHERE and each.value["level"] != QUIRK and each.id not in broken:
            yield each.problem("no wrong stand-in breaks it", "write a fault that it catches, or a case with an answer")


def _profiles(directory: Path) -> Iterator[Problem]:
    """Each profile on its own; without ``directory`` there is none to be wrong."""
    for path in sorted(directory.rglob("*.yaml")):
        try:
            profile = load(path)
        except ProfileError as error:
            cause = str(error).removeprefix(f"{path}: ")
            yield Problem(_name(path), 0, cause, "fields and facts are those of the other profiles")
            continue
        if profile.role != path.stem:
            yield Problem(_name(path), 0, f"is a profile of {profile.role}", "name the file as its role")
    if directory.is_dir():
        for role in KNOWN:
            if not (directory / f"{role}.yaml").is_file():
                yield Problem("profiles/", 0, f"{role} has no profile", "say how it is started")


def _generations(directory: Path, known: Collection[str]) -> Iterator[Problem]:
    """Generations of hosts that cannot be read, and clauses of theirs that the catalogue has not."""
    for name in generations.names(directory)[1:]:
        file = f"{generations.DIRECTORY}/{name}.yaml"
        try:
            own = generations.load(directory, name)
        except generations.GenerationError as error:
            yield Problem(file, 0, str(error).removeprefix(f"{name}.yaml: "), "see docs/contracts.md")
            continue
        for clause in (*own.clauses, *own.disabled):
            if clause not in known:
                yield Problem(file, 0, f"names {clause}, which the catalogue has not", "see `hopcheck clauses`")


def _named(features: Path, known: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    for path in sorted(features.rglob("*.feature")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for match in _TAG.finditer(line):
                name = match[1] or match[2]
                if name not in known:
                    yield Problem(
                        path.name, number, f"names {name}, which the catalogue has not", "see `hopcheck clauses`"
                    )
