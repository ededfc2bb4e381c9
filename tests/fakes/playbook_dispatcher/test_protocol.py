from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.protocol import cancel_message, initiator, run_message
from fakes.playbook_dispatcher.run import Run, RunHost

CONFIG = Config()
URL = "https://h/api/remediations/v1/remediations/1/playbook?hosts=2&localhost"
DIRECT = Run("r", "1", "c", "k", URL, "remediations", "plan", "https://console", "abc", 3600)
SATELLITE = replace(DIRECT, sat_id="s", sat_org_id="5")
# FIPS 180-2, appendix B.1.
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def host(inventory_id: str, subscription_manager_id: str | None = None) -> RunHost:
    return RunHost("r", "h", inventory_id=inventory_id, subscription_manager_id=subscription_manager_id)


def test_a_direct_host_gets_three_entries_and_the_url() -> None:
    message = run_message(CONFIG, DIRECT, [host("a")])
    assert (message.directive, message.payload) == ("rhc-worker-playbook", URL)
    assert message.metadata == {
        "crc_dispatcher_correlation_id": "k",
        "return_url": "https://cloud.redhat.com/api/ingress/v1/upload",
        "response_interval": "600",
    }


def test_a_satellite_is_told_about_its_hosts() -> None:
    message = run_message(CONFIG, SATELLITE, [host("a"), host("b")])
    assert (message.directive, message.payload) == ("foreman_rh_cloud", URL)
    assert message.metadata == {
        "operation": "run",
        "return_url": "https://cloud.redhat.com/api/ingress/v1/upload",
        "response_interval": "600",
        "correlation_id": "k",
        "playbook_run_name": "plan",
        "playbook_run_url": "https://console",
        "sat_id": "s",
        "sat_org_id": "5",
        "initiator_user_id": SHA256_OF_ABC,
        "hosts": "a,b",
        "response_full": "true",
    }


def test_subscriptions_are_named_where_a_host_has_one() -> None:
    metadata = run_message(CONFIG, SATELLITE, [host("a", "m"), host("b"), host("c", "n")]).metadata
    assert metadata["subscription_manager_ids"] == "m,n"


@pytest.mark.parametrize(("full", "text"), [(True, "true"), (False, "false")])
def test_whether_the_response_is_full_is_text(full: bool, text: str) -> None:
    config = Config(return_url="https://gw", response_interval="30")
    metadata = run_message(config, replace(SATELLITE, response_full=full), []).metadata
    assert (metadata["response_full"], metadata["return_url"], metadata["response_interval"]) == (
        text,
        "https://gw",
        "30",
    )


def test_a_cancel_says_no_more_than_it_must() -> None:
    message = cancel_message(replace(SATELLITE, principal="starter"), "abc")
    assert (message.directive, message.payload) == ("foreman_rh_cloud", "")
    assert message.metadata == {"operation": "cancel", "correlation_id": "k", "initiator_user_id": SHA256_OF_ABC}


def test_initiator_of_a_name_that_is_not_ascii() -> None:
    assert initiator("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
