from __future__ import annotations

import pytest

from fakes.rhc_worker_playbook import request

METADATA = {"return_url": "u", "crc_dispatcher_correlation_id": "c", "response_interval": "30"}


def test_metadata_becomes_a_request():
    assert request.read("m", METADATA) == request.Request("m", "u", "c", 30.0)


@pytest.mark.parametrize(("text", "seconds"), [("0.5", 0.5), ("5m", 0.005), ("0", 0), ("-1", -1), ("1h2", 3602)])
def test_interval_is_a_go_duration_without_its_last_letter(text, seconds):
    assert request.read("m", METADATA | {"response_interval": text}).response_interval == pytest.approx(seconds)


def test_interval_defaults_and_configuration_wins(caplog):
    del (bare := dict(METADATA))["response_interval"]
    assert request.read("m", bare).response_interval == 300
    assert "no response_interval" in caplog.text
    assert request.read("m", METADATA | {"response_interval": "bad"}, 7.0).response_interval == 7


@pytest.mark.parametrize(
    "change",
    [
        {"response_interval": ""},
        {"response_interval": "soon"},
        {"return_url": None},
        {"crc_dispatcher_correlation_id": None},
        {"crc_dispatcher_correlation_id": "../x"},
        {"crc_dispatcher_correlation_id": ""},
    ],
)
def test_bad_metadata(change):
    metadata = {key: value for key, value in (METADATA | change).items() if value is not None}
    with pytest.raises(request.BadRequest):
        request.read("m", metadata)
