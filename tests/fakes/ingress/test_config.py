from __future__ import annotations

import pytest

from fakes.ingress.config import Config, read_config

KEYS = {"INGRESS_MINIOACCESSKEY": "a", "INGRESS_MINIOSECRETKEY": "s"}


def test_defaults_are_the_real_ones():
    config = read_config(KEYS)
    assert config == Config(access_key="a", secret_key="s")
    assert (config.web_port, config.metrics_port, config.bucket) == (3000, 8080, "available")


def test_names_have_no_underscores_inside():
    config = read_config(
        KEYS
        | {
            "INGRESS_WEBPORT": "1",
            "INGRESS_METRICSPORT": "2",
            "INGRESS_KAFKABROKERS": "a:1 b:2",
            "INGRESS_VALID_UPLOAD_TYPES": "advisor, playbook",
            "INGRESS_MINIOENDPOINT": "h:9",
            "INGRESS_STAGEBUCKET": "b",
            "INGRESS_STORAGEREGION": "r",
            "INGRESS_DEFAULTMAXSIZE": "5",
            "INGRESS_DENY_LISTED_ORGIDS": "1,2 3",
            "INGRESS_AUTH": "false",
            "INGRESS_MAXSIZEMAP": '{"qpc": "9", "x": "?"}',
        }
    )
    assert (config.web_port, config.metrics_port, config.kafka_brokers) == (1, 2, "a:1,b:2")
    assert config.valid_upload_types == {"advisor", "playbook"}
    assert (config.endpoint, config.bucket, config.region) == ("h:9", "b", "r")
    assert config.deny_listed_org_ids == {"1,2", "3"}
    assert not config.auth
    assert [config.limit(service) for service in ("qpc", "x", "playbook")] == [9, 0, 5]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INGRESS_WEBPORT", "http"),
        ("INGRESS_MAXSIZEMAP", "["),
        ("INGRESS_MAXSIZEMAP", "[]"),
        ("INGRESS_STAGERIMPLEMENTATION", "filebased"),
        ("INGRESS_MINIOSECRETKEY", ""),
    ],
)
def test_wrong_value_is_named(name, value):
    with pytest.raises(ValueError, match=name):
        read_config(KEYS | {name: value})
