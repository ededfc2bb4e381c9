from __future__ import annotations

import pytest

from fakes.identity import Identity
from fakes.ingress import track
from fakes.ingress.config import Config
from fakes.ingress.upload import Refused

ID = "7b2e9b4e-1f5a-4a80-8fb2-7a3a2c0f5f11"
ENTRY = {
    "org_id": "1",
    "status": "success",
    "status_msg": "m",
    "service": "ingress",
    "date": "d",
    "inventory_id": "i",
    "account": "x",
}
OWNER = Identity("h", "", "1", "User")


@pytest.fixture
def tracker(monkeypatch):
    document = {"data": [ENTRY]}
    monkeypatch.setattr(track, "ask", lambda url, timeout: document | {"url": url})
    return document


def test_newest_status_is_shown(tracker):
    shown = {k: v for k, v in ENTRY.items() if k not in ("org_id", "account")}
    assert track.track(Config(), OWNER, ID.replace("-", ""), "") == shown


def test_everything_is_shown_on_demand(tracker):
    document = track.track(Config(), OWNER, ID, "2")
    assert document["url"] == f"http://payload-tracker/v1/payloads/{ID}"


def test_associates_see_every_organization(tracker):
    assert track.track(Config(), Identity(type="Associate"), ID, "1")["status"] == "success"


@pytest.mark.parametrize(
    ("request_id", "entries", "org_id", "status"),
    [("x", [ENTRY], "1", 400), (ID, [], "1", 404), (ID, [ENTRY], "2", 403)],
)
def test_refusals(tracker, request_id, entries, org_id, status):
    tracker["data"] = entries
    with pytest.raises(Refused) as refused:
        track.track(Config(), Identity(org_id=org_id), request_id, "")
    assert refused.value.status == status


def test_absent_tracker_is_a_500():
    with pytest.raises(Refused) as refused:
        track.ask("http://127.0.0.1:1/", 1)
    assert refused.value.status == 500
