import uuid

from hopcheck.topology.identity import Identity


def test_ids_are_version_4_and_differ():
    one, other = Identity.new("a"), Identity.new("b")
    assert {uuid.UUID(i).version for i in (one.client_id, one.inventory_id, one.insights_id)} == {4}
    assert one.client_id != other.client_id


def test_facts_are_those_of_the_host():
    identity = Identity.new("host-1")
    assert identity.facts()["insights_id"] == identity.insights_id
    assert identity.facts()["fqdn"] == "host-1.example.com"
