from __future__ import annotations

import pytest

from fakes.cloud_connector.connections import Connections, LookupFailed, Unstorable


def test_rows_survive_a_restart(tmp_path, make_connection):
    path = tmp_path / "state.sqlite3"
    first = Connections(path)
    first.register(make_connection())
    first.close()
    second = Connections(path)
    assert second.get("a-host") == make_connection()
    second.close()


def test_update_replaces_all_but_the_facts(connections, make_connection):
    connections.register(make_connection())
    connections.register(make_connection(dispatchers={}, tags={"a": "b"}, canonical_facts={}, message_id="m2", sent=9))
    assert connections.get("a-host") == make_connection(dispatchers={}, tags={"a": "b"}, message_id="m2", sent=9)


def test_unregister(connections, make_connection):
    connections.register(make_connection())
    connections.unregister("other")
    assert connections.get("a-host")
    connections.unregister("a-host")
    assert connections.get("a-host") is None


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "m" * 41},
        {"client_id": "c" * 101},
        {"org_id": "1" * 21},
        {"account": "1" * 11},
        {"tags": {"a": "\0"}},
        {"message_id": "\0"},
    ],
)
def test_columns_have_limits(connections, make_connection, change):
    with pytest.raises(Unstorable):
        connections.register(make_connection(**change))


def test_lookup_rules(connections, make_connection):
    connections.register(make_connection())
    connections.register(make_connection("sat", dispatchers={"foreman_rh_cloud": None}))
    connections.register(make_connection("nobody", org_id="", dispatchers={"foreman_rh_cloud": None}))
    seen = [
        (org, client_id, relaxed)
        for org in ("5318290", "1")
        for client_id in ("a-host", "sat", "nobody")
        for relaxed in (True, False)
        if connections.find(org, client_id, relaxed=relaxed)
    ]
    assert seen == [
        ("5318290", "a-host", True),
        ("5318290", "a-host", False),
        ("5318290", "sat", True),
        ("5318290", "sat", False),
        ("1", "sat", True),
    ]


@pytest.mark.parametrize(("org_id", "client_id"), [("", "a-host"), ("1", "")])
def test_lookup_needs_both(connections, org_id, client_id):
    with pytest.raises(LookupFailed):
        connections.find(org_id, client_id, relaxed=True)


def test_pages_leave_out_those_without_tenant(connections, make_connection):
    for client_id, org_id in (("c", "1"), ("a", "1"), ("b", ""), ("d", "2")):
        connections.register(make_connection(client_id, org_id=org_id))
    rows, total = connections.page("1", 1, 1)
    assert ([row.client_id for row in rows], total) == (["c"], 2)
    assert connections.page(None, 10, 0)[1] == 3
    assert connections.page("1", 1, 2) == ([], 0)
