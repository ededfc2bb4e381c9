"""Wrong ways to tell of the host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.faults.seam import around, put
from fakes.rhc import connection_status, daemon, tags
from fakes.rhc.daemon import Daemon
from fakes.rhc.workers import Workers


def leaves_a_will_that_says_online() -> None:
    """The will's state is online."""

    @around(connection_status, "will")
    def _(will: Any) -> Any:
        message = will()
        return message | {"content": message["content"] | {"state": "online"}}


def comes_without_a_word() -> None:
    """No connection-status is ever published."""

    @around(Daemon, "publish_status")
    async def _(*_: Any) -> None:
        return None


def leaves_response_to_out() -> None:
    """connection-status has no response_to."""
    _says(lambda message: {name: value for name, value in message.items() if name != "response_to"})


def tells_that_there_are_no_tags() -> None:
    """connection-status has tags, of which there are none."""
    _says(lambda message: message | {"content": message["content"] | {"tags": {}}})


def hides_the_hyphenated_worker() -> None:
    """connection-status lists the worker's name with underscores only."""

    @around(Workers, "dispatchers")
    def _(dispatchers: Any, workers: Workers) -> Any:
        return {name: features for name, features in dispatchers(workers).items() if "-" not in name}


def lists_no_workers() -> None:
    """connection-status has an empty map, whatever workers are there."""

    @around(Workers, "dispatchers")
    def _(*_: Any) -> Any:
        return {}


def tells_tags_as_they_are() -> None:
    """Numbers among the tags stay numbers."""
    put(tags, "text", lambda value: value)


def keeps_its_first_facts() -> None:
    """What the facts file says is read once."""
    known: list[Any] = []

    @around(connection_status, "canonical_facts")
    def _(canonical_facts: Any, file: str) -> Any:
        known.append(canonical_facts(file))
        return known[0]


def ends_well_without_a_broker() -> None:
    """The exit status is 0, whatever happened."""

    @around(daemon, "serve")
    async def _(serve: Any, *arguments: Any, **named: Any) -> int:
        await serve(*arguments, **named)
        return 0


def _says(wrong: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    @around(connection_status, "online")
    def _(online: Any, *arguments: Any) -> Any:
        return wrong(online(*arguments))
