"""The messages that the contracts' own examples make: the contracts take them, and none is without one."""

import pytest

from hopcheck.checks.contracts import Contracts
from hopcheck.evolution import dbus, http, kafka, mqtt
from hopcheck.evolution.kinds import kind_of
from hopcheck.evolution.specimen import complaints


@pytest.fixture(scope="module")
def contracts(own):
    return Contracts(own.documents)


@pytest.fixture(scope="module")
def every(own):
    found = [*kafka.specimens(own.documents, frozenset()), *mqtt.specimens(own.documents)]
    found += dbus.specimens(own.documents)
    for name in own.documents.trees:
        if kind_of(name) == "OpenAPI":
            found += http.specimens(own.documents, name)
    return found


def test_most_are_taken_and_every_message_has_one_that_is(every, contracts):
    taken = [each for each in every if not complaints(contracts, each.event, each.opening)]
    assert {each.name for each in taken} == {each.name for each in every}
    assert len(taken) > 0.98 * len(every)


def test_no_operation_answer_or_message_is_without_one(every, contracts):
    names = {each.name for each in every}
    for operation in contracts.http.operations:
        assert f"{operation.contract} request" in names
        assert {f"{operation.contract} response {status}" for status in operation.statuses} <= names
    found = {contracts.identify(each.event, each.opening) for each in every}
    others = {name for name in contracts.messages() if not name.startswith("process.") and not name.endswith(".error")}
    assert others <= found


def test_a_lever_gives_the_message_back_with_its_own_value(every, contracts):
    for specimen in every:
        if complaints(contracts, specimen.event, specimen.opening):
            continue
        for lever in specimen.levers:
            again = lever.put(lever.value)
            assert again is None or not complaints(contracts, again, specimen.opening), specimen.name
