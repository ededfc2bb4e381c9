import json

from hopcheck.topology.identity import Identity
from hopcheck.topology.registry import Registry
from hopcheck.topology.settings import Settings


def test_of_a_host_without_tenant_nobody_knows_whose_it_is(tmp_path):
    registry = Registry(Settings(report=tmp_path), tmp_path)
    registry.enter(nobodys := Identity.new("nobodys"), tenant=False)
    assert json.loads(registry.client_map.read_text()) == {nobodys.client_id: {"error": "no such client"}}
    assert json.loads(registry.inventory.read_text()) == []
    assert registry.tenants == {}


def test_a_host_is_known_everywhere_by_the_same_ids(tmp_path):
    registry = Registry(Settings(report=tmp_path), tmp_path)
    assert json.loads(registry.inventory.read_text()) == []
    one, other = Identity.new("one"), Identity.new("other")
    registry.enter(one)
    registry.enter(other)
    assert set(registry.tenants) == {one.client_id, other.client_id}
    assert [host["id"] for host in json.loads(registry.inventory.read_text())] == [one.inventory_id, other.inventory_id]
    mapped = json.loads(registry.client_map.read_text())
    assert mapped[one.client_id]["orgId"] == registry.tenants[one.client_id]["org_id"]


def test_a_satellites_host_has_what_its_satellite_tells(tmp_path):
    registry = Registry(Settings(report=tmp_path), tmp_path)
    registry.enter(Identity.new("direct"))
    registry.enter(Identity.new("web"), satellite={"satellite_instance_id": "s"})
    direct, web = json.loads(registry.inventory.read_bytes())
    assert "satellite" not in direct
    assert web["satellite"] == {"satellite_instance_id": "s"}
