import ssl
import threading

import paho.mqtt.client as mqtt
import pytest

from hopcheck.topology.broker import Broker
from hopcheck.topology.pki import Authority
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Process


@pytest.fixture
async def broker(tmp_path):
    authority = Authority(tmp_path / "pki")
    made = Broker(*free_ports(2), "cloud-connector", "a-password")
    process = Process(made.command(tmp_path / "broker", authority, authority.issue("localhost")), tmp_path / "log")
    await process.start()
    yield made, authority
    await process.stop()


def connected(port, **how):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="probe", reconnect_on_failure=False)
    if "context" in how:
        client.tls_set_context(how["context"])
    if "password" in how:
        client.username_pw_set("cloud-connector", how["password"])
    answered, codes = threading.Event(), []

    def on_connect(_client, _data, _flags, code, _properties):
        codes.append(code.value)
        answered.set()

    client.on_connect = on_connect
    client.on_disconnect = lambda *_: answered.set()
    try:
        client.connect("localhost", port)
    except ssl.SSLError:
        return False
    client.loop_start()
    answered.wait(5)
    client.disconnect()
    client.loop_stop()
    return codes == [0]


async def test_hosts_need_a_certificate_of_the_run(broker):
    made, authority = broker
    assert connected(made.hosts, context=authority.client_context(authority.issue("host-1")))
    assert not connected(made.hosts, context=authority.client_context())


async def test_the_connector_needs_its_password(broker):
    made, _ = broker
    assert connected(made.connector, password="a-password")
    assert not connected(made.connector, password="another")
