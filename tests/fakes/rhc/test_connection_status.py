from __future__ import annotations

import pytest

from fakes.rhc import connection_status


def test_will_is_offline_and_bare():
    will = connection_status.will()
    assert will["content"] == {
        "canonical_facts": None,
        "dispatchers": None,
        "state": "offline",
        "client_version": "0.4.9",
    }
    assert (will["type"], will["version"], will["response_to"]) == ("connection-status", 1, "")


@pytest.mark.parametrize(("tags", "has"), [({}, False), ({"a": "b"}, True)])
def test_tags_appear_only_where_there_are_some(tags, has):
    assert ("tags" in connection_status.online({}, {}, tags)["content"]) is has


def test_digest_follows_the_map_not_its_order():
    one, two = {"a": {}, "b": {"v": "1"}}, {"b": {"v": "1"}, "a": {}}
    assert connection_status.digest(one) == connection_status.digest(two) != connection_status.digest({"a": {}})


@pytest.mark.parametrize(("text", "facts"), [('{"a": 1}', {"a": 1}), ("{", None), ("[]", None)])
def test_facts_that_cannot_be_read_are_null(tmp_path, text, facts):
    (tmp_path / "facts").write_text(text)
    assert connection_status.canonical_facts(str(tmp_path / "facts")) == facts
    assert connection_status.canonical_facts("") is None
    assert connection_status.canonical_facts(str(tmp_path / "none")) is None
