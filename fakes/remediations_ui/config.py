"""What the stand-in reads from its environment; a real user interface is no server, so all of it is its own."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """Settings; `poll_interval` in seconds."""

    port: int
    url: str
    username: str
    password: str
    poll_interval: float = 5.0
    tls: ssl.SSLContext | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read `env`. Raises SystemExit, one line."""
        try:
            url = env["REMEDIATIONS_URL"]
            tls = (
                ssl.create_default_context(cafile=env.get("REQUESTS_CA_BUNDLE") or None)
                if url.startswith("https:")
                else None
            )
            return cls(
                int(env["UI_PORT"]),
                url,
                env["UI_USERNAME"],
                env["UI_PASSWORD"],
                float(env.get("POLL_INTERVAL", "5")),
                tls,
            )
        except (KeyError, ValueError, OSError) as error:
            raise SystemExit(f"hopcheck-remediations-ui: bad configuration: {error!r}") from error
