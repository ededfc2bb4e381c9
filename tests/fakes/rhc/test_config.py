from __future__ import annotations

import pytest

from fakes.rhc import config, paths


@pytest.mark.parametrize(
    ("servers", "protocol"),
    [
        (["mqtts://a:1"], "mqtt"),
        (["mqtt://a"], "mqtt"),
        (["https://a"], "http"),
        (["tcp://a:1"], "none"),
        (["wss://a", "mqtt://b"], "mqtt"),
        ([], "none"),
    ],
)
def test_protocol_is_guessed_from_the_first_known_scheme(servers, protocol):
    assert config.guess_protocol("none", servers) == protocol


def test_given_protocol_is_not_guessed_over():
    assert config.guess_protocol("mqtt", ["https://a"]) == "mqtt"


def test_flags_win_over_the_file(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        'server = ["mqtt://a"]\nhttp-retries = 2\nmqtt-reconnect-delay = "1m30s"\nunknown = 1\n'
        'mqtt-connect-retry = true\npath-prefix = "redhat/insights"'
    )
    loaded = config.load(["--config", str(file), "--http-retries", "3", "--server", "mqtt://b", "--server", "mqtt://c"])
    assert (loaded.server, loaded.http_retries) == (("mqtt://b", "mqtt://c"), 3)
    assert (loaded.mqtt_reconnect_delay, loaded.mqtt_connect_retry) == (90.0, True)
    assert (loaded.path_prefix, loaded.config_dir) == ("redhat/insights", paths.CONFIG_FILE.parent)


def test_missing_default_file_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CONFIG_FILE", tmp_path / "config.toml")
    assert config.load([]).path_prefix == "yggdrasil"


def test_missing_named_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        config.load(["--config", str(tmp_path / "none")])


@pytest.mark.parametrize("text", ['protocol = "amqp"', "server = [", "http-retries = true", 'http-timeout = "soon"'])
def test_bad_file_is_an_error(tmp_path, text):
    (tmp_path / "c").write_text(text)
    with pytest.raises(ValueError, match=r"."):
        config.load(["--config", str(tmp_path / "c")])
