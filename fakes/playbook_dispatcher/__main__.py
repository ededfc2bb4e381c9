"""``python -m fakes.playbook_dispatcher [run -m api,validator,response-consumer | clean]``."""

from __future__ import annotations

import argparse
import os

from fakes.playbook_dispatcher import VERSION

ROLE = "playbook-dispatcher"
MODULES = ("api", "validator", "response-consumer")


def main() -> None:
    """Run the named modules, all of them by default, in this process."""
    parser = argparse.ArgumentParser(
        prog=ROLE,
        description="Stand-in for Playbook Dispatcher. Configured by the environment variables of the real one.",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    commands = parser.add_subparsers(dest="command")
    run = commands.add_parser("run", help="run modules")
    commands.add_parser("clean", help="let overdue runs be timeout, and end")
    run.add_argument("-m", "--module", action="append", metavar="NAME[,NAME]", help=f"of {', '.join(MODULES)}")
    given = parser.parse_args()
    if given.command == "clean":
        clean()
        return
    named = [name for value in getattr(given, "module", None) or [",".join(MODULES)] for name in value.split(",")]
    unknown = [name for name in named if name not in MODULES]
    if unknown:
        parser.error(f"unknown module: {', '.join(unknown)}")
    start(set(named))


def clean() -> None:
    """What is overdue becomes `timeout`, in the state of the same environment."""
    from fakes.playbook_dispatcher.config import Config
    from fakes.playbook_dispatcher.store import Store

    store = Store(Config.from_env(os.environ).state)
    print(f"hopcheck-{ROLE}: {store.expire()} runs timed out")
    store.close()


def start(named: set[str]) -> None:
    """Serve until SIGTERM. Raises SystemExit with status 1 where a module ended by itself."""
    from fakes.playbook_dispatcher import access, sources
    from fakes.playbook_dispatcher.app import create_app
    from fakes.playbook_dispatcher.cloud_connector import CloudConnector
    from fakes.playbook_dispatcher.config import Config
    from fakes.playbook_dispatcher.inventory import Inventory
    from fakes.playbook_dispatcher.module import Handler, Module, end_process
    from fakes.playbook_dispatcher.probes import create_probes
    from fakes.playbook_dispatcher.response_consumer import ResponseConsumer
    from fakes.playbook_dispatcher.service import Service
    from fakes.playbook_dispatcher.store import Store
    from fakes.playbook_dispatcher.validator import Validator
    from fakes.serve import Listener, log_to_stderr, serve_all

    log_to_stderr(ROLE)
    config = Config.from_env(os.environ)
    store = Store(config.state)
    failures: list[str] = []

    def module(name: str, handler: Handler) -> Module:
        def failed() -> None:
            failures.append(name)
            end_process()

        return Module(name, config, handler, failed)

    modules = [
        module(name, handler)
        for name, handler in (("validator", Validator(config)), ("response-consumer", ResponseConsumer(store)))
        if name in named
    ]
    listeners = [Listener(create_probes(store), "127.0.0.1", config.metrics_port)]
    if "api" in named:
        rbac = access.Mock() if config.rbac_url is None else access.Rbac(config.rbac_url, config.rbac_timeout)
        satellites = (
            sources.Mock()
            if config.sources_url is None
            else sources.SourcesApi(config.sources_url, config.sources_timeout)
        )
        service = Service(config, store, CloudConnector(config), Inventory(config.inventory_url), rbac, satellites)
        listeners.insert(0, Listener(create_app(service), "127.0.0.1", config.web_port))
    try:
        for one in modules:
            one.start()
        serve_all(listeners, ROLE, version=VERSION)
    finally:
        for one in modules:
            one.stop()
        store.close()
    if failures:
        raise SystemExit(f"hopcheck-{ROLE}: {', '.join(failures)} failed")


if __name__ == "__main__":
    main()
