from __future__ import annotations

from hopcheck.checks.contracts import Contracts


def test_load_gives_digests_of_every_file(directory, contracts):
    names = {
        path.relative_to(directory).as_posix()
        for folder in ("openapi", "asyncapi", "dbus", "schemas", "cases")
        for path in (directory / folder).iterdir()
    } | {"s3.yaml", "commands.yaml"}
    assert set(contracts.digests()) == names
    assert contracts.digests() == Contracts.load(directory).digests()


def test_kit_events_are_bookkeeping(contracts, seen):
    event = seen("kit", "stimulus", "kit>kit", {"anything": 1})
    assert contracts.identify(event) == "kit"
    assert contracts.validate(event) == []


def test_unknown_protocol_is_unmapped(contracts, seen):
    event = seen("smoke", "signal", "a>b", {})
    assert contracts.identify(event) is None
    assert contracts.validate(event) == []


def test_response_needs_its_request(contracts, seen):
    edge = "remediations>playbook-dispatcher"
    request = seen("http", "request", edge, {"method": "GET", "path": "/internal/version", "headers": [], "query": []})
    response = seen("http", "response", edge, {"status": 200, "headers": []})
    assert contracts.identify(response) is None
    assert contracts.identify(response, request) == "dispatcher-internal.version.response"
    assert [b.place for b in contracts.validate(response, request)] == ["response.body"]
