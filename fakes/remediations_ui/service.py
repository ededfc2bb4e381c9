"""What the request handlers work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from fakes.remediations_ui.client import Client
from fakes.remediations_ui.poller import Poller


@dataclass(frozen=True, slots=True)
class Service:
    """One per application."""

    client: Client
    poller: Poller


def service() -> Service:
    """The running application's."""
    return cast(Service, current_app.extensions["remediations-ui"])
