import pytest

from hopcheck.evolution.change import ABSENT, changes, told


def test_a_schemas_own_keywords_and_its_new_members_are_one_change():
    old = {"properties": {"a": {"type": "string"}}, "required": ["a"]}
    new = {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a", "b"]}
    [change] = changes("x.yaml", old, new)
    assert (change.where, change.what) == ("#", "properties/b added; required: + b")
    assert change.applied(old) == new


def test_members_that_differ_themselves_are_changes_of_their_own():
    old = {"properties": {"a": {"type": "string"}, "b": {"maximum": 1}}}
    new = {"properties": {"a": {"type": "integer"}, "b": {"maximum": 2}}}
    assert [change.where for change in changes("x.yaml", old, new)] == ["#/properties/a", "#/properties/b"]


def test_each_change_applies_alone():
    old = {"paths": {"/a": {"get": {"x": 1}}, "/b": {"get": {}}}, "servers": [{"url": "/"}]}
    new = {"paths": {"/a": {"get": {"x": 2}}, "/c": {"get": {}}}, "servers": [{"url": "/"}]}
    found = {change.where: change.applied(old) for change in changes("x.yaml", old, new)}
    assert set(found) == {"#/paths/~1a/get", "#/paths/~1b", "#/paths/~1c"}
    assert found["#/paths/~1b"]["paths"] == {"/a": {"get": {"x": 1}}}
    assert set(found["#/paths/~1c"]["paths"]) == {"/a", "/b", "/c"}
    assert set(old["paths"]) == {"/a", "/b"}


def test_lists_of_mappings_are_compared_one_by_one():
    [change] = changes("x.yaml", {"allOf": [{"a": 1}, {"b": 1}]}, {"allOf": [{"a": 1}, {"b": 2}]})
    assert change.where == "#/allOf/1"


def test_true_is_not_one():
    assert changes("x.yaml", {"const": True}, {"const": 1}) != []
    assert changes("x.yaml", {"const": [1]}, {"const": [1]}) == []


def test_the_first_element_that_differs():
    [change] = changes("x.yaml", {"enum": [1, 2, 3]}, {"enum": [1, 2, 4]})
    assert change.first == ("enum", 2)
    [change] = changes("x.yaml", {"enum": [1]}, {})
    assert (change.first, change.leaves[0].new) == (("enum",), ABSENT)


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        (("info", "title"), True),
        (("paths", "/a", "get", "responses", "200", "description"), True),
        (("properties", "description"), False),
        (("properties", "description", "type"), False),
        (("components", "schemas", "title", "type"), False),
        (("components", "schemas", "title", "title"), True),
        (("paths", "/a", "get", "parameters", 0, "required"), False),
    ],
)
def test_words_for_people(pointer, words):
    assert told(pointer) is words
