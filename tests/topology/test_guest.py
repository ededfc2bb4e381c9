import pytest

from hopcheck.topology.guest import Guest
from hopcheck.topology.identity import Identity
from hopcheck.topology.pki import Authority


@pytest.fixture
def alone(tmp_path):
    return Guest(Identity.new("guest"), 1, Authority(tmp_path), set(), 0.1)


def test_a_status_has_what_a_case_wants(alone):
    usual = alone.status()
    assert usual["type"] == "connection-status"
    assert usual["content"]["state"] == "online"
    assert usual["content"]["canonical_facts"]["insights_id"] == alone.identity.insights_id
    assert alone.status(dispatchers=None)["content"].keys() == {"canonical_facts", "state"}
    assert alone.status(tags={"a": "b"})["content"]["tags"] == {"a": "b"}
    assert alone.status("offline")["content"] == {"state": "offline"}
    assert alone.status()["message_id"] != usual["message_id"]


def test_topics_are_its_own(alone):
    assert alone.topic("data/in") == f"redhat/insights/{alone.client_id}/data/in"


def test_what_does_not_come_is_not_waited_for_forever(alone):
    with pytest.raises(TimeoutError, match="got 0 of 1"):
        alone.heard()


def test_nobody_listens(alone):
    with pytest.raises(OSError, match="refused"):
        alone.connect()


def test_who_vanishes_leaves_a_will(stage, scene):
    guest = scene.guest()
    guest.vanish()
    scene.until_connected(guest, connected=False)
    told = [e for e in stage.trace if e.op == "PUBLISH" and e.target == "cloud-connector" and e.host == guest.client_id]
    assert [e.attrs["fault"] for e in told] == ["said by the kit"] * 2
