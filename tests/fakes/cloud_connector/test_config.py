from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.cloud_connector.config import Broker, Config, read_config

PREFIX = "CLOUD_CONNECTOR_"
LEAST = {"MQTT_CLIENT_ID": "cc", "MQTT_BROKER_AUTH_TYPE": "none"}


def read(**variables):
    return read_config({PREFIX + name: value for name, value in (LEAST | variables).items()})


def test_defaults_are_the_real_ones():
    assert read() == replace(Config(), mqtt_client_id="cc")


def test_what_the_kit_sets():
    config = read(
        MQTT_BROKER_ADDRESS="tcp://127.0.0.1:1883",
        MQTT_BROKER_AUTH_TYPE="password",
        MQTT_BROKER_USERNAME="u",
        MQTT_BROKER_PASSWORD="p",
        RHC_MESSAGE_KAFKA_BROKERS="a:1 b:2",
        SERVICE_TO_SERVICE_CREDENTIALS='{"d": "k"}',
        CLIENT_ID_TO_ACCOUNT_ID_CONFIG_FILE="/m.json",
        API_SERVER_CONNECTION_LOOKUP_IMPL="strict",
        TENANT_TRANSLATOR_MOCK_MAPPING='{"1": "2"}',
    )
    assert config.broker == Broker("127.0.0.1", 1883, False, "u", "p")
    assert (config.kafka_brokers, config.credentials, config.accounts) == ("a:1,b:2", {"d": "k"}, {"1": "2"})
    assert (config.client_id_file, config.relaxed_lookup) == (Path("/m.json"), False)


def test_login_only_for_password():
    assert read(MQTT_BROKER_USERNAME="u").broker.username is None


def test_host_name_as_client_id():
    assert read(MQTT_CLIENT_ID="", MQTT_USE_HOSTNAME_AS_CLIENT_ID="true").mqtt_client_id


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MQTT_CLIENT_ID", ""),
        ("MQTT_BROKER_ADDRESS", "localhost:1883"),
        ("MQTT_BROKER_AUTH_TYPE", "jwt"),
        ("SERVICE_TO_SERVICE_CREDENTIALS", "{"),
        ("TENANT_TRANSLATOR_MOCK_MAPPING", '{"1": 2}'),
        ("MQTT_PUBLISH_TIMEOUT", "soon"),
    ],
)
def test_wrong_value_is_named(name, value):
    with pytest.raises(ValueError, match=PREFIX + name):
        read(**{name: value})
