from __future__ import annotations

import subprocess

import pytest

from hopcheck.evolution.again import disagreements, judged_twice
from hopcheck.evolution.version import Version
from hopcheck.home import OWN_CONTRACTS, ROOT
from hopcheck.trace import load

BROKEN = ROOT / "tests/corpus/native-0.2.10-complete/trace.jsonl"
LEVEL = ("- id: H-059\n  level: MUST", "- id: H-059\n  level: QUIRK")


@pytest.fixture(scope="module")
def repository(own, tmp_path_factory):
    """A work tree whose last commit but one has the kit's contracts, and whose last one asks less of workers."""
    place = tmp_path_factory.mktemp("repository")

    def git(*arguments):
        subprocess.run(["git", "-C", str(place), *arguments], check=True, capture_output=True)

    git("init", "-q")
    git("config", "user.email", "nobody@example.com")
    git("config", "user.name", "Nobody")
    own.write(place / "contracts")
    git("add", ".")
    git("commit", "-qm", "first")
    host = place / "contracts/clauses/host.yaml"
    host.write_text(host.read_text().replace(*LEVEL))
    git("commit", "-qam", "second")
    return place


def test_one_trace_by_version_n_minus_1_and_by_n(repository, monkeypatch):
    monkeypatch.setattr("hopcheck.evolution.version.OWN_CONTRACTS", repository / "contracts")
    old, new = Version.read("HEAD~1"), Version.read("HEAD")
    first, second = judged_twice(load(BROKEN), old, new)
    assert (first.verdict, second.verdict) == ("fail", "pass")
    told = list(disagreements(first, second))
    assert [(each.what, each.old, each.new) for each in told[:2]] == [
        ("verdict", "fail", "pass"),
        ("clause H-059", "fail", "not_exercised"),
    ]
    findings = [each for each in told[2:] if each.old == "found"]
    assert findings
    assert all("H-059 of rhc-worker-playbook" in each.what for each in told[2:])


def test_versions_that_say_the_same_of_it(own):
    first, second = judged_twice(load(BROKEN), own, Version.read(str(OWN_CONTRACTS)))
    assert list(disagreements(first, second)) == []
