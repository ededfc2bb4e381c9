import pytest

from hopcheck.topology.commander import Commander


def test_what_it_says_is_noted_before_it_is_said(stage, scene):
    topology = stage.topology
    ports, secrets = topology.plan.taps, topology.secrets
    said = set()
    commander = Commander(ports.mqtt_commander, "cloud-connector", secrets.broker_password, said, 5)
    guest = scene.guest()
    commander.say(guest.client_id, b'{"type": "data"}', "data/in")
    assert guest.heard(1) == [{"type": "data"}]
    assert said == {(guest.topic("data/in"), b'{"type": "data"}')}
    commander.leave()


def test_nobody_listens():
    with pytest.raises(OSError, match="refused"):
        Commander(1, "cloud-connector", "", set(), 1)
