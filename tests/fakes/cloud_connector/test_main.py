from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from fakes.cloud_connector.__main__ import main


def test_version_without_heavy_imports():
    code = (
        "import sys\nfrom fakes.cloud_connector.__main__ import main\n"
        "try: main(['--version'])\nexcept SystemExit: print({'flask', 'paho'} & sys.modules.keys())"
    )
    lines = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert lines.splitlines() == ["hopcheck-cloud-connector 0.1.0", "set()"]


@pytest.fixture
def environment(monkeypatch, tmp_path):
    (tmp_path / "map.json").write_text("{}")
    values = {
        "MQTT_CLIENT_ID": "cc",
        "MQTT_BROKER_AUTH_TYPE": "none",
        "MQTT_BROKER_ADDRESS": "tcp://127.0.0.1:1",
        "RHC_MESSAGE_KAFKA_BROKERS": "127.0.0.1:1",
        "CLIENT_ID_TO_ACCOUNT_ID_CONFIG_FILE": str(tmp_path / "map.json"),
    }
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    for name, value in values.items():
        monkeypatch.setenv(f"CLOUD_CONNECTOR_{name}", value)
    return monkeypatch


def test_broker_must_be_there(environment):
    run = subprocess.run(
        [sys.executable, "-m", "fakes.cloud_connector", "-l", "127.0.0.1:0"], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "hopcheck-cloud-connector: no MQTT broker at 127.0.0.1:1" in run.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("MQTT_CLIENT_ID", "", "MQTT_CLIENT_ID"), ("CLIENT_ID_TO_ACCOUNT_ID_CONFIG_FILE", "/no", "/no")],
)
def test_wrong_configuration_ends_it(environment, name, value, told):
    environment.setenv(f"CLOUD_CONNECTOR_{name}", value)
    with pytest.raises(SystemExit, match=told):
        main(["-l", "127.0.0.1:0"])


def test_address_needs_a_port(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["-l", "localhost"])
    assert "HOST:PORT" in capsys.readouterr().err


def test_ready_until_sigterm_without_kafka(environment, mosquitto, tmp_path):
    broker = mosquitto.broker
    for name, value in (
        ("ADDRESS", f"tcp://{broker.host}:{broker.port}"),
        ("AUTH_TYPE", "password"),
        ("USERNAME", broker.username),
        ("PASSWORD", broker.password),
    ):
        environment.setenv(f"CLOUD_CONNECTOR_MQTT_BROKER_{name}", value)
    environment.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier:
        notifier.bind(str(tmp_path / "notify"))
        notifier.settimeout(20)
        with subprocess.Popen(
            [sys.executable, "-m", "fakes.cloud_connector", "-l", "127.0.0.1:0"], stderr=subprocess.DEVNULL
        ) as process:
            assert notifier.recv(100) == b"READY=1\nSTATUS=hopcheck-cloud-connector 0.1.0"
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    assert (tmp_path / "cloud-connector.sqlite3").exists()
