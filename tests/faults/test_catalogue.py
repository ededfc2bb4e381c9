import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from hopcheck.checks.clause import load_catalogue, relations
from hopcheck.checks.contracts import Contracts
from hopcheck.checks.hops import load_hops
from hopcheck.checks.verdict import Finding
from hopcheck.faults import Expected, Fault, FaultError, load_faults
from hopcheck.faults.catalogue import CATALOGUE, caught
from hopcheck.faults.telling import STORIES
from hopcheck.generated.runs.moment import Kinds, hold
from hopcheck.topology.settings import ROLES

CONTRACTS = CATALOGUE.parent
FAULTS = load_faults()
# Every fault is called: one whose seam has gone raises.
BEND_ALL = """
from fakes.faults import faults, roles
for role in roles():
    for name, bend in faults(role).items():
        bend()
        print(name)
"""
S3 = Fault("s3.forgets", "complete", None, 30, "It forgets.", False, Expected("clause", "s3", clause="STO-03"), {})
NAMED = Finding("clause", "200", "404", role="s3", clause="STO-03")


def test_every_fault_has_code_and_every_code_an_entry():
    told = subprocess.run([sys.executable, "-c", BEND_ALL], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert sorted(told.stdout.split()) == sorted(FAULTS)


def test_every_role_has_a_fault():
    assert {fault.role for fault in FAULTS.values()} == set(ROLES)


def test_most_arrows_have_a_fault():
    assert len({fault.arrow for fault in FAULTS.values()}) >= 20


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_entry_points_to_what_exists(fault):
    clauses = load_catalogue(CONTRACTS / "clauses", relations(), ROLES)
    expected = fault.caught_by
    assert fault.story in STORIES
    assert set(fault.also) < set(ROLES)
    assert fault.breaks.endswith(".")
    assert expected.clause is None or expected.clause in clauses
    assert expected.contract is None or (CONTRACTS / expected.contract.partition("#")[0]).is_file()
    assert expected.kind in ("unmapped", "lost") or expected.clause or expected.contract or expected.arrow


def test_fault_is_caught_by_its_finding():
    told = caught(S3, [replace(NAMED, kind="missing", arrow=30), NAMED], 1.0)
    assert told.ok
    assert told.finding is NAMED


@pytest.mark.parametrize("change", [{"role": "ingress"}, {"clause": "STO-01"}, {"kind": "breach"}])
def test_another_finding_catches_nothing(change):
    assert caught(S3, [replace(NAMED, **change)], 1.0).finding is None


def test_clause_below_must_is_found_though_it_fails_nothing():
    told = caught(S3, [below := replace(NAMED, level="QUIRK")], 1.0)
    assert told.ok
    assert (told.finding, told.findings) == (below, ())


def test_innocent_role_spoils_it():
    findings = [NAMED, replace(NAMED, role="ingress", clause="STO-01")]
    told = caught(S3, findings, 1.0)
    assert told.finding is not None
    assert told.blamed == ["ingress"]
    assert not told.ok
    assert caught(replace(S3, also={"ingress": "It cannot be told apart."}), findings, 1.0).ok


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"arrow": 31}, "arrow from 1 to 30"),
        ({"id": "s3"}, "ROLE.NAME"),
        ({"why": "not"}, "unknown why"),
        ({"caught_by": {"clause": "STO-03"}}, "kind"),
    ],
)
def test_incomplete_entry_is_refused(tmp_path: Path, change, problem):
    entry = {"id": "s3.forgets", "arrow": 30, "breaks": "It forgets.", "caught_by": {"kind": "missing"}}
    file = tmp_path / "s3.yaml"
    file.write_text(yaml.safe_dump([entry | change]))
    with pytest.raises(FaultError, match=problem):
        load_faults(tmp_path)


def test_entry_stands_once(tmp_path: Path):
    entry = {"id": "s3.forgets", "arrow": 30, "breaks": "It forgets.", "caught_by": {"kind": "missing"}}
    (tmp_path / "s3.yaml").write_text(yaml.safe_dump([entry, entry]))
    with pytest.raises(FaultError, match="twice"):
        load_faults(tmp_path)


def test_a_race_is_brought_about_by_holds_of_the_diagrams_messages():
    moments = [hold(text) for fault in load_faults().values() for text in fault.holds]
    assert moments
    kinds = {each.kind for one in moments for each in (one.held, one.until)}
    Kinds(kinds, load_hops(CATALOGUE.parent / "hops.yaml"), Contracts.load(CATALOGUE.parent))
