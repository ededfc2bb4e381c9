"""Where a host uploads and as whom: its insights-client.conf, as far as it says no more than a host of the kit's."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

CONFIGURATION = Path("/etc/insights-client/insights-client.conf")
CERTIFICATE, KEY = Path("/etc/pki/consumer/cert.pem"), Path("/etc/pki/consumer/key.pem")
SECTION = "insights-client"
HTTPS = 443
_MUST = {"legacy_upload": "false", "auto_config": "false", "authmethod": "cert"}
# The last three say how to collect, and whether to look for another insights-core first.
_MAY = {"base_url", "cert_verify", "http_timeout", "retries", "cmd_timeout", "manifest", "auto_update"}


class Unknown(Exception):
    """This is for insights-core; the text says why."""


class Site:
    """``base`` is a path; ``authority`` what it is below. ``timeout`` is in seconds, ``authorities`` a file of CAs."""

    __slots__ = ("authorities", "authority", "base", "timeout")

    def __init__(self, authority: str, base: str, authorities: str, timeout: float) -> None:
        self.authority = authority
        self.base = base
        self.authorities = authorities
        self.timeout = timeout

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.authority.partition(":")
        return host, int(port or HTTPS)


def read(environment: Mapping[str, str] = os.environ, file: Path = CONFIGURATION) -> Site:
    """The site of this host. Raises Unknown for settings that mean more than is known here."""
    more = [name for name in environment if name.startswith("INSIGHTS_") or name == "HTTPS_PROXY"]
    if more:
        raise Unknown(f"{more[0]} in the environment")
    parser = configparser.RawConfigParser()
    try:
        parser.read(file)
        said = dict(parser[SECTION])
    except (configparser.Error, KeyError, ValueError) as error:
        raise Unknown(f"{file}: {error}") from error
    differs = [name for name, value in _MUST.items() if said.get(name, "").lower() != value]
    differs += sorted(said.keys() - _MUST.keys() - _MAY)
    if differs or said.get("retries", "1") != "1":
        raise Unknown(f"{file}: {', '.join(differs) or 'retries'}")
    authority, _, path = said.get("base_url", "").partition("/")
    authorities = said.get("cert_verify", "")
    if not authority or path.startswith("r/insights") or not os.path.isfile(authorities):
        raise Unknown(f"{file}: base_url or cert_verify")
    if not (CERTIFICATE.is_file() and KEY.is_file()):
        raise Unknown(f"no {CERTIFICATE}")
    try:
        site = Site(authority, f"/{path}", authorities, float(said.get("http_timeout", 120)))
        site.address  # noqa: B018
    except ValueError as error:
        raise Unknown(f"{file}: {error}") from error
    return site
