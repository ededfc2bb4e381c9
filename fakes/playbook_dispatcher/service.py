"""What the request handlers work with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from fakes.playbook_dispatcher import access, sources
from fakes.playbook_dispatcher.access import Access
from fakes.playbook_dispatcher.cloud_connector import CloudConnector
from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.inventory import Inventory
from fakes.playbook_dispatcher.sources import Sources
from fakes.playbook_dispatcher.store import Store


@dataclass(frozen=True, slots=True)
class Service:
    """One per application; `workers` take the items of a batch."""

    config: Config
    store: Store
    cloud_connector: CloudConnector
    inventory: Inventory
    access: Access = field(default_factory=access.Mock)
    sources: Sources = field(default_factory=sources.Mock)
    workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(10, "dispatch"))


def service() -> Service:
    """The running application's."""
    return cast(Service, current_app.extensions["playbook-dispatcher"])
