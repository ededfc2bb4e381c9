"""What a recipient is told, directly connected or a Satellite (facts A.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fakes.playbook_dispatcher.cloud_connector import Message
from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.run import Run, RunHost

RUNNER = "rhc-worker-playbook"
SATELLITE = "foreman_rh_cloud"


def run_message(config: Config, run: Run, hosts: Sequence[RunHost]) -> Message:
    """Start `run` (SRV-022 to SRV-024)."""
    if run.sat_id is None:
        return Message(
            RUNNER,
            {
                "crc_dispatcher_correlation_id": run.correlation_id,
                "return_url": config.return_url,
                "response_interval": config.response_interval,
            },
            run.url,
        )
    metadata = {
        "operation": "run",
        "return_url": config.return_url,
        "response_interval": config.response_interval,
        "correlation_id": run.correlation_id,
        "playbook_run_name": run.name,
        "playbook_run_url": run.web_console_url,
        "sat_id": run.sat_id,
        "sat_org_id": str(run.sat_org_id),
        "initiator_user_id": initiator(run.principal),
        "hosts": ",".join(str(host.inventory_id) for host in hosts),
        "response_full": str(run.response_full).lower(),
    }
    subscriptions = [host.subscription_manager_id for host in hosts if host.subscription_manager_id]
    if subscriptions:
        metadata["subscription_manager_ids"] = ",".join(subscriptions)
    return Message(SATELLITE, metadata, run.url)


def cancel_message(run: Run, principal: str) -> Message:
    """Stop a Satellite run (SRV-032)."""
    return Message(
        SATELLITE,
        {"operation": "cancel", "correlation_id": run.correlation_id, "initiator_user_id": initiator(principal)},
        "",
    )


def initiator(principal: str) -> str:
    """Lower-case hex SHA-256 of the user name."""
    return hashlib.sha256(principal.encode()).hexdigest()
