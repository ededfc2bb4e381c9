from __future__ import annotations

from hopcheck.checks.contracts import Checker, Exchanges


def test_exchanges_remember_until_the_end(seen):
    exchanges = Exchanges()
    request = seen("http", "request", "a>b", {}, exchange="1")
    other = seen("http", "request", "a>b", {}, exchange="2")
    assert exchanges.opening(request) is None
    assert exchanges.opening(other) is None
    assert exchanges.opening(seen("process", "exit", "a>b", {}, exchange="1")) is None
    assert exchanges.opening(seen("http", "response", "a>b", {}, exchange="1")) is request
    assert exchanges.opening(seen("http", "response", "a>b", {}, exchange="1")) is None
    assert exchanges.opening(seen("http", "refused", "a>b", {}, exchange="2")) is other
    assert exchanges.opening(seen("dbus", "signal", "a<>b", {}, exchange=None)) is None


def test_connections_last_until_closed(seen):
    exchanges = Exchanges()
    connect = seen("mqtt", "CONNECT", "a<>b", {"connection": "c"})
    assert exchanges.opening(connect) is None
    for op in ("SUBSCRIBE", "PUBLISH", "closed"):
        assert exchanges.opening(seen("mqtt", op, "a<>b", {"connection": "c"})) is connect
    assert exchanges.opening(seen("mqtt", "PUBLISH", "a<>b", {"connection": "c"})) is None


def test_unmapped_and_kit(contracts, seen):
    checker = Checker(contracts)
    assert checker.check(seen("kit", "ready", "kit>kit", {})).message == "kit"
    unmapped = checker.check(seen("http", "request", "nobody>nobody", {"method": "GET", "path": "/"}))
    assert (unmapped.message, unmapped.breaches, unmapped.exercised) == (None, [], frozenset())
    assert checker.check(seen("smoke", "signal", "a>b", {})).message is None


def test_checked_tells_what_was_exercised(contracts, seen):
    filters = [["redhat/insights/+/data/out", 1]]
    about = {"connection": "c", "leg": "connector", "client_id": "cc", "clean_session": False, "filters": filters}
    checker, edge = Checker(contracts), "rhc<>cloud-connector"
    connect, subscribe = (seen("mqtt", op, edge, about, exchange=None) for op in ("CONNECT", "SUBSCRIBE"))
    assert [checker.check(each).exercised for each in (connect, subscribe)] == [
        contracts.exercised(connect),
        contracts.exercised(subscribe, connect),
    ]
