import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hopcheck.topology.facts import DENIED_ORG, QPC_LIMIT
from hopcheck.topology.postgresql import Database
from hopcheck.topology.profile import ProfileError
from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import FLOOD, Plan, Ports, Secrets, TapPorts, check_profiles, server_profiles
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
    return {deployment.role: deployment.main for deployment in plan.server_roles()}


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
    assert list(ingress.argv) == [str(Path.cwd() / "./mine"), "-v"]
    assert ingress.env["INGRESS_MINIOENDPOINT"] == "127.0.0.1:1007"
    assert ingress.health == (plan.ports.ingress, "/")


def test_a_stranger_runs_where_the_user_is_and_may_not_flood_its_log(plan):
    by_role = commands(plan)
    assert (by_role["ingress"].cwd, by_role["ingress"].limit) == (Path.cwd(), FLOOD)
    assert (by_role["s3"].cwd, by_role["s3"].limit) == (plan.state("s3"), None)


def test_a_faulty_stand_in_runs_where_the_stand_in_does(plan):
    plan.settings.commands["s3"] = (sys.executable, "-m", "fakes.faults.s3")  # type: ignore[index]
    assert commands(plan)["s3"].cwd == plan.state("s3")


def test_the_platform_comes_up_for_those_who_ask_it(tmp_path):
    def roles(*asked):
        settings = Settings(report=tmp_path, roles=asked)
        plan = Plan(
            settings, tmp_path, Ports.choose(), TapPorts(), Secrets(), "", Path("/ca.pem"), Registry(settings, tmp_path)
        )
        return list(commands(plan))

    assert roles("s3", "ingress") == ["s3", "ingress"]
    assert roles("remediations") == ["remediations", "platform"]


PROFILE = """\
role: cloud-connector
about: Three processes after a migration.
environment: {SHARED: '${cloud-connector.port}'}
before:
  - program: ${program.directory}/migrate_db
    arguments: [upgrade]
processes:
  - {name: consumer, arguments: [consume], environment: {OWN: '${port.1}'}, health: {port: '${port.1}', path: /live}}
  - {name: api, arguments: [serve]}
patience: 60
"""


@pytest.fixture
def connector(tmp_path):
    """A Cloud Connector of the user's, with a profile of several processes."""
    path = tmp_path / "mine.yaml"
    path.write_text(PROFILE)
    settings = Settings(
        report=tmp_path,
        roles=("cloud-connector",),
        commands={"cloud-connector": ("cd", "/opt/connector", "&&", "./connector", "-v")},
        profiles={"cloud-connector": path},
    )
    registry = Registry(settings, tmp_path)
    return Plan(settings, tmp_path, Ports.choose(), TapPorts(), Secrets(), "", Path("/ca.pem"), registry)


def test_a_profile_says_what_runs_before_and_beside(connector):
    [deployment] = connector.server_roles()
    assert [list(each.argv) for each in (*deployment.before, *deployment.processes)] == [
        ["/opt/connector/migrate_db", "upgrade"],
        ["/opt/connector/connector", "-v", "consume"],
        ["/opt/connector/connector", "-v", "serve"],
    ]
    spare = connector.ports.spares["cloud-connector"][0]
    consumer, api = deployment.processes
    assert (consumer.env["OWN"], consumer.health, consumer.patience) == (str(spare), (spare, "/live"), 60)
    assert (api.health, api.notify) == (None, False)
    shared = {each.env["SHARED"] for each in (*deployment.before, *deployment.processes)}
    assert shared == {str(connector.ports.cloud_connector)}
    assert {each.cwd for each in deployment.processes} == {Path("/opt/connector")}


def test_profiles_are_checked_before_anything_starts(tmp_path):
    with pytest.raises(
        ProfileError, match="there is no profile 'upstream/ingres', meant is perhaps 'upstream/ingress'"
    ):
        check_profiles(Settings(report=tmp_path, profiles={"ingress": Path("upstream/ingres")}))


def test_a_profile_of_another_role_is_refused(connector):
    connector.settings.profiles["ingress"] = connector.settings.profiles["cloud-connector"]  # type: ignore[index]
    connector.settings = replace(connector.settings, roles=("ingress",))
    with pytest.raises(ProfileError, match=r"mine\.yaml is a profile of cloud-connector, not of ingress"):
        connector.server_roles()


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


def test_upstreams_connector_is_three_processes_after_a_migration(tmp_path):
    settings = Settings(
        report=tmp_path,
        roles=("cloud-connector",),
        commands={"cloud-connector": ("/src/cloud-connector/cloud-connector",)},
        profiles={"cloud-connector": Path("upstream/cloud-connector")},
    )
    database = Database("127.0.0.1", 5432, "cloud-connector", "cloud-connector", "secret")
    plan = Plan(
        settings,
        tmp_path,
        Ports.choose(),
        TapPorts(),
        Secrets(),
        "",
        Path("/ca.pem"),
        Registry(settings, tmp_path),
        databases={"cloud-connector": database},
    )
    [deployment] = plan.server_roles()
    assert [list(each.argv) for each in deployment.before] == [["/src/cloud-connector/migrate_db", "upgrade"]]
    assert [each.name for each in deployment.processes] == [
        "mqtt_message_consumer",
        "kafka_message_consumer",
        "api_server",
    ]
    for name in ("MQTT_CLIENT_ID", "CONNECTION_DATABASE_PASSWORD"):
        told = {each.env[f"CLOUD_CONNECTOR_{name}"] for each in deployment.processes}
        assert len(told) == {"MQTT_CLIENT_ID": 3}.get(name, 1)
    assert len({each.health for each in deployment.processes}) == 3
    assert {each.cwd for each in (*deployment.before, *deployment.processes)} == {Path("/src/cloud-connector")}


def test_a_port_that_cannot_be_chosen_is_taken(tmp_path):
    settings = Settings(
        report=tmp_path, roles=("remediations",), profiles={"remediations": Path("upstream/remediations")}
    )
    ports = Ports.choose()
    ports.fix(server_profiles(settings))
    assert ports.of("remediations") == 9002
