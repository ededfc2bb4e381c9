from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.playbook_dispatcher.cloud_connector import CloudConnectorError
from fakes.playbook_dispatcher.inventory import Host
from fakes.playbook_dispatcher.recipients import connection_status
from fakes.playbook_dispatcher.service import Service

CONNECTED, DISCONNECTED, BROKEN = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))


def recipient(id_: str, kind: str, status: str, *systems: str) -> dict[str, Any]:
    return {
        "recipient": id_,
        "org_id": "1",
        "recipient_type": kind,
        "sat_id": "",
        "sat_org_id": "",
        "systems": list(systems),
        "status": status,
    }


def test_each_direct_host_alone_then_all_unreachable_ones(service: Service) -> None:
    hosts = [
        Host("a", None, None),
        Host("b", DISCONNECTED, None),
        Host("c", CONNECTED, None),
        Host("d", "", None),
    ]
    assert connection_status(service, "1", hosts, "i", "q") == [
        recipient(DISCONNECTED, "directConnect", "disconnected", "b"),
        recipient(CONNECTED, "directConnect", "connected", "c"),
        recipient("00000000-0000-0000-0000-000000000000", "none", "rhc_not_configured", "a", "d"),
    ]


def test_hosts_of_an_unknown_satellite_are_dropped(service: Service) -> None:
    assert connection_status(service, "1", [Host("a", CONNECTED, "s"), Host("b", None, "s")], "i", "q") == []


def test_no_host_no_recipient(service: Service) -> None:
    assert connection_status(service, "1", [], "i", "q") == []


def test_the_tenant_and_the_request_are_passed_on(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, str]] = []
    monkeypatch.setattr(service.cloud_connector, "connected", lambda *values: asked.append(values))
    connection_status(service, "5318290", [Host("a", CONNECTED, None)], "i", "q")
    assert asked == [(CONNECTED, "5318290", "q")]


def test_an_unknown_state_is_no_answer(service: Service) -> None:
    with pytest.raises(CloudConnectorError):
        connection_status(service, "1", [Host("a", CONNECTED, None), Host("b", BROKEN, None)], "i", "q")


class Known:
    def __init__(self, **recipients: str) -> None:
        self.recipients = recipients

    def recipient(self, satellite: str, identity: str, request_id: str) -> str | None:
        assert (identity, request_id) == ("i", "q")
        return self.recipients.get(satellite)


def test_hosts_of_a_satellite_are_together_by_organisation(service: Service) -> None:
    reached = replace(service, sources=Known(s=CONNECTED, t=DISCONNECTED))
    hosts = [
        Host("a", CONNECTED, None),
        Host("b", None, "s", "5"),
        Host("c", None, "s", "6"),
        Host("d", None, "s", "5"),
        Host("e", None, "t", "5"),
        Host("f", None, "unknown", "5"),
    ]
    found = connection_status(reached, "1", hosts, "i", "q")
    assert [(each["sat_id"], each["sat_org_id"], each["systems"], each["status"]) for each in found] == [
        ("s", "5", ["b", "d"], "connected"),
        ("s", "6", ["c"], "connected"),
        ("t", "5", ["e"], "disconnected"),
        ("", "", ["a"], "connected"),
    ]
    assert [(each["recipient"], each["recipient_type"], each["org_id"]) for each in found][:1] == [
        (CONNECTED, "satellite", "1")
    ]


def test_the_connector_is_asked_with_the_satellites_organisation(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, str]] = []
    monkeypatch.setattr(service.cloud_connector, "connected", lambda *values: asked.append(values))
    connection_status(replace(service, sources=Known(s=CONNECTED)), "1", [Host("b", None, "s", "5")], "i", "q")
    assert asked == [(CONNECTED, "5", "q")]
