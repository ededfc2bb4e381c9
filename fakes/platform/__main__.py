"""``python -m fakes.platform``."""

from __future__ import annotations

import argparse
import os

from fakes.platform import VERSION


def main() -> None:
    """Serve on ``$PLATFORM_PORT`` the hosts of ``$PLATFORM_HOSTS``."""
    parser = argparse.ArgumentParser(
        prog="platform",
        description="Answers for host inventory and RBAC. Reads PLATFORM_PORT and PLATFORM_HOSTS (a JSON file).",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-platform {VERSION}")
    parser.parse_args()

    from pathlib import Path

    from fakes.platform.app import create_app
    from fakes.serve import log_to_stderr, serve

    missing = [name for name in ("PLATFORM_PORT", "PLATFORM_HOSTS") if name not in os.environ]
    if missing:
        raise SystemExit(f"hopcheck-platform: {' and '.join(missing)} not set")
    log_to_stderr("platform")
    app = create_app(Path(os.environ["PLATFORM_HOSTS"]))
    serve(app, "127.0.0.1", int(os.environ["PLATFORM_PORT"]), "platform", version=VERSION)


if __name__ == "__main__":
    main()
