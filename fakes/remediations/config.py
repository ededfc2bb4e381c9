"""What Remediations reads: the Clowder file and a few variables (facts B.1, B.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """Settings; `platform_hostname` is ``host[:port]`` of the URLs that hosts are given.

    Without `rbac_url` everybody may do everything.
    """

    port: int
    dispatcher_url: str
    inventory_url: str
    templates: Path
    dispatcher_psk: str | None = None
    platform_hostname: str = "hostname"
    state: Path = Path("remediations.sqlite3")
    page_size: int = 50
    rbac_url: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read `env` and the file that ``ACG_CONFIG`` names. Raises SystemExit, one line."""
        access = env.get("RBAC_IMPL", "mock")
        if access not in ("mock", "impl"):
            raise SystemExit("hopcheck-remediations: RBAC_IMPL must be mock or impl")
        try:
            clowder = json.loads(Path(env["ACG_CONFIG"]).read_bytes())
            endpoints = {
                (one["app"], one["name"]): f"http://{one['hostname']}:{one['port']}" for one in clowder["endpoints"]
            }
            return cls(
                port=int(clowder["publicPort"]),
                dispatcher_url=endpoints["playbook-dispatcher", "api"],
                inventory_url=endpoints["host-inventory", "service"],
                templates=Path(env["TEMPLATES_DIR"]),
                rbac_url=endpoints["rbac", "service"] if access == "impl" else None,
                dispatcher_psk=env.get("PLAYBOOK_DISPATCHER_AUTH") or None,
                platform_hostname=env.get("PLATFORM_HOSTNAME_URL", "hostname"),
                state=Path(env.get("STATE_DIRECTORY", ".")) / "remediations.sqlite3",
                page_size=int(env.get("PLAYBOOK_DISPATCHER_PAGE_SIZE", "50")),
            )
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise SystemExit(f"hopcheck-remediations: bad configuration: {error!r}") from error
