"""Five changes made by hand of each kind, rightly told; every witness is judged again here, by both versions."""

from __future__ import annotations

from collections import Counter

import pytest
from hand_made import CHANGES

from hopcheck.checks.contracts import Contracts
from hopcheck.checks.contracts.rule import Rule
from hopcheck.checks.judge import Judge
from hopcheck.evolution.compare import compare
from hopcheck.evolution.diagram import Told
from hopcheck.evolution.difference import KINDS
from hopcheck.flow import Processes
from hopcheck.flow import judge as oracle
from hopcheck.home import ROOT
from hopcheck.trace import Event, Trace, load

BROKEN_H_059 = ROOT / "tests/corpus/native-0.2.10-complete/trace.jsonl"


@pytest.fixture(scope="module")
def told(own, edited):
    """Each change with its one difference, worked out once."""
    found = {}

    def tell(change):
        if change.name not in found:
            new = edited(change.file, *change.replaced)
            found[change.name] = new, compare(own, new).differences
        return found[change.name]

    return tell


def name(change):
    return f"{change.kind}: {change.name}"


def test_there_are_five_of_each_kind():
    assert Counter(change.kind for change in CHANGES) == dict.fromkeys(KINDS, 5)


@pytest.mark.parametrize("change", CHANGES, ids=name)
def test_it_is_told_for_what_it_is(told, change):
    [difference] = told(change)[1]
    assert (difference.kind, difference.file) == (change.kind, change.file)
    assert difference.verdict == change.verdict
    assert set(difference.broken) == change.breaks
    if not change.breaks:
        assert set(difference.first) == change.first


@pytest.mark.parametrize("change", CHANGES, ids=name)
def test_it_stands_where_it_is_said_to_stand(told, change):
    new, [difference] = told(change)
    after = change.replaced[0][1]
    text = new.files[change.file].decode()
    changed = text.index(after) if after else 0
    first, last = (text[: changed + length].count("\n") + 1 for length in (0, len(after)))
    if after and "blocks" not in difference.where:
        # Of a text of several lines it is the line where that begins, of D-Bus that of the member.
        assert first - 4 <= difference.line <= last


@pytest.mark.parametrize("change", [each for each in CHANGES if each.witness], ids=name)
def test_its_witness_is_taken_by_one_version_and_not_by_the_other(own, told, tmp_path, change):
    new, [difference] = told(change)
    shown = [difference.witness, *(each.witness for each in difference.effects)]
    for witness in filter(None, shown):
        takes, refuses = (own, new) if witness.kept == "old" else (new, own)
        assert taken(takes, witness, tmp_path / "takes", refuses=False)
        assert not taken(refuses, witness, tmp_path / "refuses", refuses=True)


@pytest.mark.parametrize("change", [each for each in CHANGES if not each.witness], ids=name)
def test_what_shows_nothing_has_no_witness(told, change):
    [difference] = told(change)[1]
    assert difference.witness is None
    assert difference.effects == ()


def taken(version, witness, directory, *, refuses):
    """Whether a version takes a witness: by its own judge, validators, rules or oracle."""
    value = witness.value
    if isinstance(value, Told):
        return legal(value, value.new if version.name == "new" else value.old)
    if isinstance(value, dict):
        return value["role"] not in version.clauses[value["clause"]]["roles"]
    if isinstance(value, str):
        # A wrong stand-in is not played here; a stored run of a worker that breaks the same clause is judged.
        assert value.startswith("rhc-worker-playbook.")
        verdict = Judge(version.write(directory)).judge(load(BROKEN_H_059))
        return not any(each.clause == "H-059" and each.fails for each in verdict.findings)
    one, other = value
    if not isinstance(one, Event):
        return Rule(version.documents, *one).is_valid(other)
    if witness.name.startswith("case "):
        verdict = Judge(version.write(directory)).judge(Trace([one, other]))
        return not any(each.fails and each.kind == "clause" for each in verdict.findings)
    contracts = Contracts(version.documents)
    found = contracts.find(one, other)
    breaches = None if found is None else found.check(one, other)
    if breaches and (clauses := {clause for breach in breaches for clause in breach.clauses} & {"SRV-003"}):
        levels = {version.clauses[clause]["level"] for clause in clauses}
        return levels.isdisjoint({"MUST"})
    return breaches == []


def legal(told, reading):
    """Whether the oracle has nothing against a run."""
    try:
        sightings = reading.sightings(told.run.arrows)
    except KeyError:
        return False
    order = reading.order
    processes = Processes(reading.diagram, order)
    verdict = oracle(processes, told.outcome, sightings, derived=order.derived, closed=told.run.missing)
    return verdict.ok
