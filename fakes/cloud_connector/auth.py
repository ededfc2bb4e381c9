"""Who calls: an identity header or a pre-shared key (facts A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fakes.identity import read_identity

CLIENT_ID = "x-rh-cloud-connector-client-id"
PSK = "x-rh-cloud-connector-psk"
ACCOUNT = "x-rh-cloud-connector-account"
ORG_ID = "x-rh-cloud-connector-org-id"


class Unauthorized(Exception):
    """401: the text is the body."""

    def __init__(self) -> None:
        super().__init__("Authentication failed\n")


@dataclass(frozen=True, slots=True)
class Principal:
    """The tenant that a caller speaks for; `identity_type` is None for a pre-shared key."""

    org_id: str
    account: str
    identity_type: str | None = None


def authenticate(headers: Mapping[str, str], credentials: Mapping[str, str], tenant_header: str) -> Principal:
    """The caller; only the identity counts where there is one (CON-12). Raises Unauthorized, BadIdentity.

    `tenant_header` is ACCOUNT in v1 and ORG_ID in v2: a pre-shared key is nothing without it (CON-11).
    """
    sent = headers.get("x-rh-identity")
    if sent:
        identity = read_identity(sent)
        return Principal(identity.org_id, identity.account, identity.type)
    client_id, psk = headers.get(CLIENT_ID), headers.get(PSK)
    if not client_id or not psk or not headers.get(tenant_header) or credentials.get(client_id) != psk:
        raise Unauthorized
    return Principal(headers.get(ORG_ID, ""), headers.get(ACCOUNT, ""))


def authenticate_associate(headers: Mapping[str, str], credentials: Mapping[str, str]) -> Principal:
    """As `authenticate` for v1, and an identity must be an associate's (CON-19)."""
    principal = authenticate(headers, credentials, ACCOUNT)
    if principal.identity_type not in (None, "Associate"):
        raise Unauthorized
    return principal
