"""``python -m fakes.remediations_ui``."""

from __future__ import annotations

import argparse
import os

from fakes.remediations_ui import VERSION

ROLE = "remediations-ui"


def main() -> None:
    """Serve the pages until SIGTERM."""
    parser = argparse.ArgumentParser(
        prog=ROLE,
        description="Stand-in for the Remediations UI. Reads UI_PORT, "
        "REMEDIATIONS_URL, REQUESTS_CA_BUNDLE, UI_USERNAME, UI_PASSWORD and "
        "POLL_INTERVAL.",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    parser.parse_args()

    from fakes.remediations_ui.app import create_app
    from fakes.remediations_ui.client import Client
    from fakes.remediations_ui.config import Config
    from fakes.remediations_ui.poller import Poller
    from fakes.remediations_ui.service import Service
    from fakes.serve import log_to_stderr, serve

    log_to_stderr(ROLE)
    config = Config.from_env(os.environ)
    client = Client(config)
    poller = Poller(client, config.poll_interval)
    serve(create_app(Service(client, poller)), "127.0.0.1", config.port, ROLE, version=VERSION)
    poller.stop()


if __name__ == "__main__":
    main()
