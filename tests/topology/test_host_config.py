import json
import tomllib
from configparser import ConfigParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.topology.host_config import CONSUMER, configuration, yggdrasil
from hopcheck.topology.identity import Identity
from hopcheck.topology.pki import Authority
from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import Plan, Ports, Secrets, TapPorts
from hopcheck.topology.settings import Settings
from hopcheck.topology.signing import Signed
from hopcheck.topology.site import Site

IDENTITY = Identity.new("host-1")


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
        Site("platform.hopcheck.test", "172.30.0.1"),
    )
    signed = Signed({}, b"public key", b"revoked")
    return {file.path: file for file in configuration(IDENTITY, plan, Authority(tmp_path / "pki"), signed)}


def test_yggdrasil_may_have_another_broker_and_further_lines():
    plan = SimpleNamespace(site=Site("platform", "127.0.0.1"), taps=TapPorts(mqtt_hosts=1008))
    config = tomllib.loads(yggdrasil(plan, 'data-host = "elsewhere"\n', broker=1009).content.decode())
    assert (config["server"], config["data-host"]) == (["mqtts://platform:1009"], "elsewhere")


def test_yggdrasil_is_sent_to_the_tap_by_the_sites_name(files):
    config = tomllib.loads(files["/etc/yggdrasil/config.toml"].content.decode())
    assert config["server"] == ["mqtts://platform.hopcheck.test:1008"]
    assert config["path-prefix"] == "redhat/insights"
    for name in ("cert-file", "key-file", "facts-file"):
        assert files[config[name]].content


def test_insights_client_is_sent_to_its_own_tap(files):
    config = ConfigParser()
    config.read_string(files["/etc/insights-client/insights-client.conf"].content.decode())
    client = config["insights-client"]
    assert client["base_url"] == "platform.hopcheck.test:1006/api"
    assert files[client["manifest"]].content
    assert files[client["cert_verify"]].content.startswith(b"-----BEGIN CERTIFICATE")


def test_one_id_on_the_whole_host(files):
    facts = json.loads(files["/var/lib/yggdrasil/canonical-facts.json"].content)
    assert facts["insights_id"] == files["/etc/insights-client/machine-id"].content.decode() == IDENTITY.insights_id


def test_the_consumer_key_is_for_its_owner_and_rhsm_only(files):
    key = files[CONSUMER[1]]
    assert (key.mode, key.group) == (0o640, "rhsm")
    assert {file.mode for file in files.values()} == {0o644, 0o640}
