import json
import tomllib
from configparser import ConfigParser

import pytest

from hopcheck.topology.facts import HostSide
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
def authority(tmp_path):
    return Authority(tmp_path / "pki")


@pytest.fixture
def plan(tmp_path, authority):
    settings = Settings(report=tmp_path)
    return Plan(
        settings,
        tmp_path,
        Ports.choose(),
        TapPorts(mqtt_hosts=1008, client_ingress=1006),
        Secrets(),
        "",
        authority.bundle,
        Registry(settings, tmp_path),
        Site("platform.hopcheck.test", "172.30.0.1"),
    )


@pytest.fixture
def files(plan, authority):
    side = HostSide(IDENTITY, authority.issue(IDENTITY.client_id), Signed({}, b"public key", b"revoked"))
    return {file.path: file for file in configuration(plan, side)}


def test_what_is_signed_and_issued_arrives_as_it_is(files, authority):
    assert files["/etc/hopcheck/verifier/public.gpg"].content == b"public key"
    assert files["/etc/hopcheck/verifier/revoked_playbooks.yaml"].content == b"revoked"
    assert files["/etc/pki/hopcheck/ca.pem"].content == authority.bundle.read_bytes()
    assert b"PRIVATE KEY" in files[CONSUMER[1]].content


def test_yggdrasil_may_have_another_broker_and_further_lines(plan):
    config = tomllib.loads(yggdrasil(plan, 'data-host = "elsewhere"\n', broker=1009).content.decode())
    assert (config["server"], config["data-host"]) == (["mqtts://platform.hopcheck.test:1009"], "elsewhere")


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
