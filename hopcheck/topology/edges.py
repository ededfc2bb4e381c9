"""The taps of a topology: one on every edge, and those through which the kit itself takes part."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hopcheck.checks.contracts.http import KIT
from hopcheck.taps.gateway import Gateway
from hopcheck.taps.http import HttpTap
from hopcheck.taps.http.head import RequestHead
from hopcheck.taps.mqtt import MqttTap
from hopcheck.taps.passthrough import PassThrough
from hopcheck.topology.caller import CASES
from hopcheck.topology.roles import Ports, TapPorts

if TYPE_CHECKING:
    from hopcheck.topology.topology import Topology


async def open_taps(topology: Topology, ports: Ports, mutual: ssl.SSLContext, plain: ssl.SSLContext) -> TapPorts:
    """Open them all; where each caller is sent."""
    taps = TapPorts()
    users: dict[str, Mapping[str, Any]] = {
        topology.settings.username: {
            "password": topology.secrets.ui_password,
            "org_id": topology.settings.org_id,
            "account_number": topology.settings.account,
            "email": f"{topology.settings.username}@example.com",
            "first_name": "Quinn",
            "last_name": "Assurance",
            "is_active": True,
            "is_org_admin": True,
        }
    }
    gateway = Gateway(hosts=topology.registry.tenants, users=users)
    store = topology.store

    async def http(
        source: str,
        target: str,
        port: int,
        *,
        gateway: Gateway | None = None,
        ssl: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
    ) -> int:
        tap = HttpTap(
            store,
            edge=f"{source}>{target}",
            source=source,
            target=target,
            upstream=("127.0.0.1", port),
            gateway=gateway,
            ssl=ssl,
        )
        return await topology.open(tap, address)

    async def from_hosts(source: str, target: str, port: int) -> int:
        return await http(source, target, port, gateway=gateway, ssl=mutual, address=topology.site.address)

    taps.ui_remediations = await http("remediations-ui", "remediations", ports.remediations, gateway=gateway, ssl=plain)
    taps.remediations_dispatcher = await http("remediations", "playbook-dispatcher", ports.dispatcher)
    taps.dispatcher_connector = await http("playbook-dispatcher", "cloud-connector", ports.cloud_connector)
    taps.rhc_remediations = await from_hosts("rhc", "remediations", ports.remediations)
    taps.rhc_ingress = await from_hosts("rhc", "ingress", ports.ingress)
    taps.client_ingress = await from_hosts("insights-client", "ingress", ports.ingress)
    storage = HttpTap(
        store,
        edge=lambda head: f"{storage_caller(head)}>s3",
        source=storage_caller,
        target="s3",
        upstream=("127.0.0.1", ports.s3),
    )
    host_leg = partial(
        MqttTap,
        store,
        leg="host",
        upstream=("127.0.0.1", ports.broker_hosts),
        ssl=mutual,
        said=topology.said,
        upstream_ssl=lambda cn: topology.authority.client_context(topology.authority.issue(cn)),
    )
    connector = MqttTap(store, leg="connector", upstream=("127.0.0.1", ports.broker_connector), said=topology.said)
    taps.s3 = await topology.open(storage)
    visitors = host_leg(name="mqtt:visitors", fault="a visitor of the kit's")
    taps.mqtt_visitors = await topology.open(visitors, topology.site.address)
    taps.mqtt_guests = await topology.open(host_leg(name="mqtt:guests", guest=True))
    commander = MqttTap(
        store,
        leg="connector",
        upstream=("127.0.0.1", ports.broker_connector),
        name="mqtt:commander",
        guest=True,
    )
    taps.mqtt_commander = await topology.open(commander)
    passthrough = PassThrough(store, upstream=("127.0.0.1", ports.broker_hosts))
    taps.mqtt_passthrough = await topology.open(passthrough, topology.site.address)
    for role, asked in CASES.items():
        # Also those that are not up: then nobody asks.
        taps.cases[role] = await http(KIT, role, getattr(ports, asked))
    taps.mqtt_hosts = await topology.open(host_leg(), topology.site.address)
    taps.mqtt_connector = await topology.open(connector)
    return taps


async def open_old_broker(topology: Topology) -> int:
    """One more door of the broker for hosts, which knows nothing newer than TLS 1.2; its port."""
    site, authority = topology.site, topology.authority
    names = dict.fromkeys(("localhost", site.name, site.address))
    old = authority.server_context(authority.issue("old-broker", *names), client_certificates=True)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    tap = MqttTap(
        topology.store,
        leg="host",
        upstream=("127.0.0.1", topology.plan.ports.broker_hosts),
        ssl=old,
        upstream_ssl=lambda cn: authority.client_context(authority.issue(cn)),
        name="mqtt:old",
    )
    return await topology.open(tap, site.address)


def storage_caller(head: RequestHead) -> str:
    """Ingress and Dispatcher share S3's address, which presigned URLs sign: how a request is authorized tells them."""
    return "ingress" if head.values("authorization") else "playbook-dispatcher"
