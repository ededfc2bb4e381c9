import pytest

from hopcheck.evolution.runs import Reading, told_apart
from hopcheck.flow import load_order, parse

HEAD = "sequenceDiagram\nparticipant a\nparticipant b\nparticipant c\n"


def reading(*arrows, names, optional=()):
    diagram = parse(HEAD + "\n".join(arrows) + "\n")
    numbers = range(1, len(diagram.arrows) + 1)
    lists = {"demanded": [n for n in numbers if n not in optional], "optional": list(optional)}
    order = load_order({"outcomes": {"all": lists}}, diagram)
    return Reading(diagram, order, "all", dict(zip(names, numbers, strict=True)))


@pytest.fixture
def two():
    return reading("a ->> b: one", "b ->> c: two", names=["1", "2"])


def test_nothing_tells_a_version_from_itself(two):
    assert told_apart(two, two, frozenset()) is None


def test_the_other_order(two):
    other = reading("b ->> c: two", "a ->> b: one", names=["2", "1"])
    run = told_apart(two, other, frozenset())
    assert (run.arrows, run.missing, run.owed) == (("1",), False, ("2",))


def test_what_is_no_longer_there_is_owed(two):
    other = reading("a ->> b: one", names=["1"])
    assert told_apart(two, other, frozenset({"2"})).arrows == ("1", "2")
    run = told_apart(other, two, frozenset({"2"}))
    assert (run.arrows, run.missing, run.owed) == (("1",), True, ("2",))


def test_what_need_not_come_any_longer(two):
    other = reading("a ->> b: one", "b ->> c: two", names=["1", "2"], optional=[2])
    assert told_apart(two, other, frozenset()) is None
    assert told_apart(other, two, frozenset()).missing


def test_lifelines_apart_have_no_order():
    one = reading("a ->> b: one", "c ->> c: two", names=["1", "2"])
    other = reading("c ->> c: two", "a ->> b: one", names=["2", "1"])
    assert told_apart(one, other, frozenset()) is None
