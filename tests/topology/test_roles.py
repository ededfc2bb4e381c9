import json
import sys
from pathlib import Path

import pytest

from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import DENIED_ORG, QPC_LIMIT, Plan, Ports, Secrets, TapPorts
from hopcheck.topology.settings import OTHER_ACCOUNT, OTHER_ORG, Settings


@pytest.fixture
def plan(tmp_path):
    taps = TapPorts(1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009)
    settings = Settings(report=tmp_path, commands={"ingress": ("./mine", "-v")})
    return Plan(
        settings,
        tmp_path,
        Ports.choose(),
        taps,
        Secrets(),
        "127.0.0.1:9092",
        Path("/ca.pem"),
        Registry(settings, tmp_path),
    )


def commands(plan):
    return {command.role: command for command in plan.server_roles()}


def test_every_server_role_is_started(plan):
    assert set(commands(plan)) == {
        "remediations-ui",
        "remediations",
        "playbook-dispatcher",
        "cloud-connector",
        "ingress",
        "s3",
        "platform",
    }


def test_a_swapped_role_gets_its_own_command_and_the_same_environment(plan):
    ingress = commands(plan)["ingress"]
    assert list(ingress.argv) == ["./mine", "-v"]
    assert ingress.env["INGRESS_MINIOENDPOINT"] == "127.0.0.1:1007"


def test_ingress_knows_whom_and_what_cases_have_it_refuse(plan):
    env = commands(plan)["ingress"].env
    assert env["INGRESS_DENY_LISTED_ORGIDS"] == DENIED_ORG
    assert json.loads(env["INGRESS_MAXSIZEMAP"]) == {"qpc": str(QPC_LIMIT)}


def test_the_connector_knows_the_accounts_of_both_orgs(plan):
    env = commands(plan)["cloud-connector"].env
    accounts = json.loads(env["CLOUD_CONNECTOR_TENANT_TRANSLATOR_MOCK_MAPPING"])
    assert accounts == {plan.settings.org_id: plan.settings.account, OTHER_ORG: OTHER_ACCOUNT}


def test_a_stand_in_is_a_module_of_fakes(plan):
    assert list(commands(plan)["s3"].argv[:3]) == [sys.executable, "-m", "fakes.s3"]


def test_every_address_points_at_a_tap(plan):
    by_role = commands(plan)
    assert by_role["remediations-ui"].env["REMEDIATIONS_URL"] == "https://localhost:1001"
    config = json.loads(Path(by_role["remediations"].env["ACG_CONFIG"]).read_text())
    assert {e["app"]: e["port"] for e in config["endpoints"]} == {
        "playbook-dispatcher": 1002,
        "host-inventory": plan.ports.platform,
        "rbac": plan.ports.platform,
    }
    assert by_role["playbook-dispatcher"].env["CLOUD_CONNECTOR_PORT"] == "1003"
    assert by_role["remediations"].env["PLATFORM_HOSTNAME_URL"] == "localhost:1004"
    assert by_role["playbook-dispatcher"].env["RETURN_URL"] == "https://localhost:1005/api/ingress/v1/upload"
    assert by_role["cloud-connector"].env["CLOUD_CONNECTOR_MQTT_BROKER_ADDRESS"] == "tcp://127.0.0.1:1009"


def test_both_ends_of_a_key_have_the_same(plan):
    by_role = commands(plan)
    assert (
        by_role["remediations"].env["PLAYBOOK_DISPATCHER_AUTH"]
        == by_role["playbook-dispatcher"].env["PSK_AUTH_REMEDIATIONS"]
    )
    credentials = json.loads(by_role["cloud-connector"].env["CLOUD_CONNECTOR_SERVICE_TO_SERVICE_CREDENTIALS"])
    assert credentials == {"playbook-dispatcher": by_role["playbook-dispatcher"].env["CLOUD_CONNECTOR_PSK"]}


def test_secrets_are_all_told_to_the_redactor():
    secrets = Secrets()
    assert len(set(secrets.values())) == 5
    assert all(len(value) >= 32 for value in secrets.values())
