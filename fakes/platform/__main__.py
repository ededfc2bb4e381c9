"""``python -m fakes.platform``."""

from __future__ import annotations

import argparse
import os

from fakes.platform import VERSION


def main() -> None:
    """Serve on ``$PLATFORM_PORT`` what the files of ``$PLATFORM_HOSTS`` and the other variables know."""
    parser = argparse.ArgumentParser(
        prog="platform",
        description="Answers for host inventory, RBAC, Sources and tenant translation. Reads PLATFORM_PORT and "
        "PLATFORM_HOSTS, and where they are given PLATFORM_ACCESS, PLATFORM_SOURCES, PLATFORM_TENANTS and "
        "PLATFORM_CLIENTS; all but the first are JSON files.",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-platform {VERSION}")
    parser.parse_args()

    from pathlib import Path

    from fakes.platform.app import Files, create_app
    from fakes.platform.sources import Sources
    from fakes.serve import log_to_stderr, serve

    missing = [name for name in ("PLATFORM_PORT", "PLATFORM_HOSTS") if name not in os.environ]
    if missing:
        raise SystemExit(f"hopcheck-platform: {' and '.join(missing)} not set")
    log_to_stderr("platform")

    def file(name: str) -> Path | None:
        return Path(os.environ[name]) if os.environ.get(name) else None

    files = Files(
        Path(os.environ["PLATFORM_HOSTS"]),
        file("PLATFORM_ACCESS"),
        file("PLATFORM_TENANTS"),
        file("PLATFORM_CLIENTS"),
        Sources(file("PLATFORM_SOURCES")),
    )
    serve(create_app(files), "127.0.0.1", int(os.environ["PLATFORM_PORT"]), "platform", version=VERSION)


if __name__ == "__main__":
    main()
