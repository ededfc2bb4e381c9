import json
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from hopcheck.topology.host import HostFiles
from hopcheck.topology.identity import Identity
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.pki import Authority
from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import Plan, Ports, Secrets, TapPorts
from hopcheck.topology.settings import Settings


@pytest.fixture
def files(tmp_path):
    settings = Settings(report=tmp_path)
    plan = Plan(
        settings,
        tmp_path,
        Ports.choose(),
        TapPorts(mqtt_hosts=1008, client_ingress=1006),
        Secrets(),
        "",
        Path("/ca.pem"),
        Registry(settings, tmp_path),
    )
    made = HostFiles(Identity.new("host-1"), Namespace(tmp_path / "root"), plan, Authority(tmp_path / "pki"))
    made.write(b"public key", b"revoked")
    return made


def read(tmp_path, absolute):
    return (tmp_path / "root" / absolute.lstrip("/")).read_text()


def test_yggdrasil_is_sent_to_the_tap(files, tmp_path):
    config = tomllib.loads(read(tmp_path, "/etc/yggdrasil/config.toml"))
    assert config["server"] == ["mqtts://localhost:1008"]
    assert config["path-prefix"] == "redhat/insights"
    for name in ("cert-file", "key-file", "facts-file"):
        assert read(tmp_path, config[name])


def test_insights_client_is_sent_to_its_own_tap(files, tmp_path):
    config = ConfigParser()
    config.read_string(read(tmp_path, "/etc/insights-client/insights-client.conf"))
    client = config["insights-client"]
    assert client["base_url"] == "localhost:1006/api"
    assert read(tmp_path, client["manifest"])
    assert read(tmp_path, client["cert_verify"]).startswith("-----BEGIN CERTIFICATE")


def test_one_id_on_the_whole_host(files, tmp_path):
    facts = json.loads(read(tmp_path, "/var/lib/yggdrasil/canonical-facts.json"))
    assert facts["insights_id"] == read(tmp_path, "/etc/insights-client/machine-id") == files.identity.insights_id


def test_the_consumer_key_is_private(files, tmp_path):
    assert (tmp_path / "root/etc/pki/consumer/key.pem").stat().st_mode & 0o077 == 0


def test_the_verifier_front_end_is_a_module_of_the_client(files):
    assert files.client()[-1] == "fakes.insights_client"
    assert files.client("verifier")[-1] == "fakes.insights_client.verifier"
