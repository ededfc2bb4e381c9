from __future__ import annotations

import json

import pytest

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.playbook_dispatcher.sources import Mock, SourcesApi

LIST = "/api/sources/v3.1/sources?filter[source_ref][eq]=s"
CONNECTIONS = "/api/sources/v3.1/sources/7/rhc_connections"


def page(*data: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps({"data": data}).encode())


SOURCE, CONNECTION = page({"id": "7"}), page({"rhc_id": "c"}, {"rhc_id": "d"})


@pytest.mark.parametrize(
    ("source", "connection", "recipient"),
    [
        (SOURCE, CONNECTION, "c"),
        (page(), CONNECTION, None),
        (SOURCE, page(), None),
        (SOURCE, page({"id": "1"}), None),
        (page({"id": "7"}, status=500), CONNECTION, None),
        (Reply(200, {}, b"{"), CONNECTION, None),
        (Reply(200, {}, b"[]"), CONNECTION, None),
        (SOURCE, Unreachable("no"), None),
    ],
)
def test_a_satellite_is_reached_through_its_first_connection(
    monkeypatch: pytest.MonkeyPatch, source: Reply, connection: Reply | Unreachable, recipient: str | None
) -> None:
    def request(_: Outbound, method: str, target: str, *, headers: dict[str, str]) -> Reply:
        assert (method, headers) == ("GET", {"x-rh-identity": "i", "x-rh-insights-request-id": "q"})
        answer = {LIST: source, CONNECTIONS: connection}[target]
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    monkeypatch.setattr(Outbound, "request", request)
    assert SourcesApi("http://sources:1", 1).recipient("s", "i", "q") == recipient


def test_without_sources_nobody_knows() -> None:
    assert Mock().recipient("s", "i", "q") is None
