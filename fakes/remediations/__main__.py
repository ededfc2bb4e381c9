"""``python -m fakes.remediations``."""

from __future__ import annotations

import argparse
import os

from fakes.remediations import VERSION

ROLE = "remediations"


def main() -> None:
    """Serve the API until SIGTERM."""
    parser = argparse.ArgumentParser(
        prog=ROLE,
        description="Stand-in for the Remediations API. Reads ACG_CONFIG, "
        "PLAYBOOK_DISPATCHER_AUTH, RBAC_IMPL, PLATFORM_HOSTNAME_URL and TEMPLATES_DIR.",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    parser.parse_args()

    from fakes.remediations.access import Everything, Rbac
    from fakes.remediations.app import create_app
    from fakes.remediations.config import Config
    from fakes.remediations.dispatcher import Dispatcher
    from fakes.remediations.inventory import Inventory
    from fakes.remediations.service import Service
    from fakes.remediations.store import Store
    from fakes.serve import log_to_stderr, serve

    log_to_stderr(ROLE)
    config = Config.from_env(os.environ)
    store = Store(config.state)
    access = Everything() if config.rbac_url is None else Rbac(config.rbac_url)
    service = Service(config, store, Dispatcher(config), Inventory(config.inventory_url), access)
    serve(create_app(service), "127.0.0.1", config.port, ROLE, version=VERSION)
    store.close()


if __name__ == "__main__":
    main()
