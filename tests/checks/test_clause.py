from collections import Counter

import pytest
import yaml
from checks_world import CONTRACTS

from hopcheck.checks.clause import ClauseError, clause, load_catalogue, relations

FACTS = {"H": 75, "SRV": 80, "CON": 47, "ING": 19, "STO": 4, "OBS": 10}
"""How many clauses the fact sheets number."""
ENTRY = {
    "id": "X-1",
    "level": "MUST",
    "text": "Something holds.",
    "roles": ["rhc"],
    "hops": [],
    "source": "a: b",
    "evidence": "read",
    "judged": "relation",
}


def write(directory, *entries):
    (directory / "a.yaml").write_text(yaml.safe_dump(list(entries)))
    return directory


def test_the_catalogue_fits_the_relations(judge):
    catalogue = load_catalogue(CONTRACTS / "clauses", relations(), judge.hops.roles)
    counts = Counter(each.id.partition("-")[0] for each in catalogue.values())
    assert {name: counts[name] for name in FACTS} == FACTS
    assert {each.id for each in catalogue.values() if each.judged == "relation"} == set(relations())
    assert all(set(each.hops) <= set(judge.hops.edges) for each in catalogue.values())
    assert all(set(each.roles) <= judge.hops.roles for each in catalogue.values())
    assert {each.evidence for each in catalogue.values()} <= {"read", "tested", "executed", "inferred", "library"}


def test_entry_is_read(tmp_path):
    assert load_catalogue(write(tmp_path, ENTRY), ["X-1"], ["rhc"])["X-1"].roles == ("rhc",)


@pytest.mark.parametrize(
    ("entries", "bound", "roles"),
    [
        ([ENTRY], [], []),
        ([ENTRY], ["X-1", "X-2"], []),
        ([ENTRY], ["X-1"], ["s3"]),
        ([ENTRY, ENTRY], ["X-1"], []),
        ([{**ENTRY, "level": "MAY"}], ["X-1"], []),
        ([{**ENTRY, "judged": "contract"}], ["X-1"], []),
        ([{**ENTRY, "roles": []}], ["X-1"], []),
        ([{**ENTRY, "more": 1}], ["X-1"], []),
        ([{**ENTRY, "source": ""}], ["X-1"], []),
        ([{**ENTRY, "reason": "none"}], ["X-1"], []),
        ([{**ENTRY, "judged": "nowhere"}], [], []),
        ([{**ENTRY, "judged": "nowhere", "reason": "none"}], ["X-1"], []),
    ],
)
def test_contradictions_are_refused(tmp_path, entries, bound, roles):
    with pytest.raises(ClauseError):
        load_catalogue(write(tmp_path, *entries), bound, roles)


def test_one_relation_for_a_clause():
    relations()
    with pytest.raises(ClauseError):
        clause("H-018")(lambda told: iter(()))


def test_the_catalogue_of_another_version_need_not_fit_the_relations(tmp_path):
    directory = write(tmp_path, ENTRY, {**ENTRY, "id": "X-2"})
    found = load_catalogue(directory, ["X-1", "X-3"], ["rhc"], other_version=True)
    assert [(each.id, each.judged) for each in found.values()] == [("X-1", "relation"), ("X-2", "nowhere")]
    assert "no relation" in found["X-2"].reason
