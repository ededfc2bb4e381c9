from types import SimpleNamespace

import pytest
from docker.errors import APIError
from requests.exceptions import ConnectionError

from hopcheck.topology import scratch
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.network import Network


class Made:
    def __init__(self, gateway):
        self.removed, self._gateway, self.attrs = 0, gateway, {}

    def reload(self):
        self.attrs = {"IPAM": {"Config": [{"Subnet": "172.30.0.0/16", "Gateway": self._gateway}]}}

    def remove(self):
        self.removed += 1


@pytest.fixture
def make(root):
    def make(name="hc-x", gateway="172.30.0.1"):
        asked, made = [], Made(gateway)
        networks = SimpleNamespace(create=lambda name, **how: asked.append((name, how)) or made)
        network = Network.create(Engine(SimpleNamespace(networks=networks), "docker", "", 1, ""), name, {"a": "b"})
        return network, made, asked

    return make


def test_a_network_has_no_way_out_and_its_runs_labels(make):
    network, _, [(name, how)] = make()
    assert (network.name, name) == ("hc-x", "hc-x")
    assert how == {"driver": "bridge", "internal": True, "labels": {"a": "b"}}


@pytest.mark.parametrize("told", ["172.30.0.1", "172.30.0.1/16"])
def test_the_gateway_is_an_address_with_or_without_a_prefix(make, told):
    assert make(gateway=told)[0].gateway == "172.30.0.1"


def test_an_engine_that_died_keeps_it(make, monkeypatch):
    network, made, _ = make()

    def gone():
        raise ConnectionError("Connection aborted.")

    monkeypatch.setattr(made, "remove", gone)
    network.remove()


def test_an_engine_that_refuses_to_remove_it_is_heard(make, monkeypatch):
    network, made, _ = make()

    def refuse():
        raise APIError("has active endpoints")

    monkeypatch.setattr(made, "remove", refuse)
    with pytest.raises(APIError, match="active endpoints"):
        network.remove()


def test_it_goes_unless_its_run_is_kept(make):
    network, made, _ = make(scratch.new().name)
    network.remove()
    assert made.removed == 1
    kept = scratch.new()
    scratch.keep(kept)
    network, made, _ = make(kept.name)
    network.remove()
    assert made.removed == 0
