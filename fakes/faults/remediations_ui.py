"""Wrong ways to be the Remediations UI."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes.faults.seam import around
from fakes.remediations_ui import poller
from fakes.remediations_ui.client import Client
from fakes.remediations_ui.poller import Poller, State


def executes_twice() -> None:
    """One press of the button makes two requests."""

    @around(Client, "execute")
    def _(execute: Any, *arguments: Any) -> Any:
        answer = execute(*arguments)
        execute(*arguments)
        return answer


def never_polls() -> None:
    """Nobody asks what became of a run."""

    @around(Poller, "watch")
    def _(*_: Any) -> State:
        return State()


def stops_polling_too_soon() -> None:
    """The first answer is taken for the last."""

    @around(poller, "look")
    def _(look: Any, *arguments: Any) -> Any:
        return replace(look(*arguments), done=True)
