import pytest

from fakes.rhcd.config import DEFAULT_DATA_HOST, Config, from_toml, load

NEEDED = {"broker": ["mqtts://b:8883"], "cert-file": "/c.pem", "key-file": "/k.pem"}


def test_keys_are_the_old_ones(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        'broker = ["mqtts://b:1"]\ncert-file = "c"\nkey-file = "k"\ntopic-prefix = "a/b"\ndata-host = "d"\n'
    )
    assert load(file) == Config(("mqtts://b:1",), "c", "k", topic_prefix="a/b", data_host="d")


def test_what_is_not_said_is_as_the_package_was_built():
    config = from_toml(NEEDED)
    assert (config.topic_prefix, config.data_host) == ("redhat/insights", DEFAULT_DATA_HOST)
    assert (config.identity.cert_file, config.identity.key_file) == ("/c.pem", "/k.pem")


def test_keys_of_the_successor_say_nothing():
    assert from_toml({**NEEDED, "path-prefix": "x", "server": ["y"], "facts-file": "z"}) == from_toml(NEEDED)


@pytest.mark.parametrize("lacking", NEEDED)
def test_broker_certificate_and_key_are_needed(lacking):
    with pytest.raises(ValueError, match=f"{lacking} is missing"):
        from_toml({name: value for name, value in NEEDED.items() if name != lacking})


@pytest.mark.parametrize(("key", "value"), [("broker", "one"), ("topic-prefix", 1), ("ca-root", "file")])
def test_wrong_type(key, value):
    with pytest.raises(ValueError, match=f"{key}: expected"):
        from_toml({**NEEDED, key: value})
