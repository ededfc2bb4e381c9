import pytest

from hopcheck.catalogue.coverage import Coverage, coverage, lines
from hopcheck.catalogue.coverage import complete as is_complete
from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS, ROOT
from hopcheck.trace import load


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture(scope="module")
def complete(judge):
    return coverage(judge, [load(ROOT / "tests/corpus/complete/trace.jsonl")])


def test_nothing_is_covered_by_nothing(judge):
    nothing = coverage(judge, [])
    assert not any(nothing.statuses.values() or nothing.messages.values() or nothing.arrows.values())
    assert "arrows: 0 of 30 exercised" in list(lines(nothing))
    assert "dispatcher-internal.dispatchV2 207" in nothing.statuses
    assert {"kafka.announce", "mqtt.data", "process.verifier.spawn"} <= set(nothing.messages)


def test_a_complete_run_covers_all_arrows_and_counts(complete):
    assert all(complete.arrows.values())
    assert complete.statuses["dispatcher-internal.dispatchV2 207"] == 1
    assert complete.operations["dispatcher-internal.dispatchV2"] == 1
    assert complete.messages["dbus.Worker1.Dispatch.call"] == 1
    assert complete.clauses["SRV-104"] == {"pass"}


def test_what_was_not_exercised_is_named(complete):
    said = list(lines(complete))
    assert "arrows: 30 of 30 exercised" in said
    assert "  not dispatcher-internal.dispatchV2 401" in said
    assert "  not dispatcher-internal.dispatchV2 207" not in said
    assert "  not cloud-connector.listConnectionsV2" in said


def test_what_nothing_judges_is_not_asked_for(judge, complete):
    assert "H-074" in judge.catalogue
    assert "H-074" not in complete.clauses


def test_what_cannot_be_provoked_is_listed_apart_with_its_reason(judge):
    nothing = coverage(judge, [])
    said = list(lines(nothing))
    why = nothing.excused["ingress.upload 401"]
    assert f"  not ingress.upload 401: {why}" in said
    count = len(nothing.excused)
    total = len(nothing.statuses) - count
    assert f"answers (operation and status): 0 of {total} exercised, {count} that cannot be provoked" in said


def test_what_was_seen_against_all_expectation_counts(judge):
    found = coverage(judge, [])
    found.statuses["ingress.upload 401"] += 1
    count = len(found.excused) - 1
    total = len(found.statuses) - count
    assert f"answers (operation and status): 1 of {total} exercised, {count} that cannot be provoked" in lines(found)


def test_what_nobody_can_provoke_is_not_missed():
    found = Coverage()
    found.statuses.update({"ingress.upload 202": 1, "ingress.upload 401": 0})
    assert not is_complete(found)
    found.excused["ingress.upload 401"] = "only the gateway says so"
    assert is_complete(found)
    found.clauses["H-001"] = {"not_exercised"}
    assert not is_complete(found)
