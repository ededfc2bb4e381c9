from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

from fakes.remediations_ui.app import create_app
from fakes.remediations_ui.client import Answer
from fakes.remediations_ui.poller import Poller
from fakes.remediations_ui.service import Service

PLAN, RUN, SYSTEM = "<plan>", "run-1", "s1"


@dataclass
class ScriptedClient:
    """Answers by call; a list is used up one after the other, its last stays."""

    script: dict[str, list[Answer]] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name not in (
            "plans",
            "create",
            "plan",
            "connection_status",
            "execute",
            "runs",
            "run",
            "systems",
            "system",
            "cancel",
        ):
            raise AttributeError(name)

        def call(*args: Any) -> Answer:
            with self.moved:
                self.calls.append((name, *args))
                self.moved.notify_all()
                answers = self.script[name]
                return answers.pop(0) if len(answers) > 1 else answers[0]

        return call

    def names(self) -> list[str]:
        return [call[0] for call in self.calls]

    def close(self) -> None:
        with self.moved:
            self.calls.append(("close",))
            self.moved.notify_all()

    def say(self, name: str, *bodies: Any, status: int = 200, etag: str | None = None) -> None:
        self.script.setdefault(name, []).extend(Answer(status, body, etag) for body in bodies)

    def say_run(self, status: str, running: int = 0) -> None:
        self.say(
            "run",
            {
                "status": status,
                "executors": [{"executor_id": "e", "status": status, "counts": {"running": running, "pending": 0}}],
            },
        )


@pytest.fixture
def client() -> ScriptedClient:
    client = ScriptedClient()
    client.say("systems", {"data": [{"system_id": SYSTEM, "system_name": "<host>", "status": "running"}]})
    client.say("system", {"console": "first"}, {"console": "<b>last</b>"})
    return client


@pytest.fixture
def browser(client: ScriptedClient) -> Iterator[FlaskClient]:
    """The pages on one plan with one system, whose runs have succeeded."""
    client.say_run("success")
    client.say("plans", {"data": [{"id": "p", "name": "<i>plan</i>", "system_count": 1, "issue_count": 1}]})
    client.say(
        "plan",
        {
            "id": "p",
            "name": "<i>plan</i>",
            "issues": [
                {"id": "a", "systems": [{"id": "s1", "display_name": "<host>"}]},
                {"id": "b", "systems": [{"id": "s1", "display_name": "<host>"}]},
            ],
        },
    )
    status = {"data": [{"connection_status": "connected", "system_ids": ["s1"]}]}
    client.say("connection_status", status, etag='"tag"')
    client.say("runs", {"data": []})
    poller = Poller(client, 60)  # type: ignore[arg-type]
    yield create_app(Service(client, poller)).test_client()  # type: ignore[arg-type]
    poller.stop()


@pytest.fixture
def over(client: ScriptedClient, browser: FlaskClient) -> Callable[[], None]:
    """Waits until the run that is watched is over, and ends the watch."""

    def wait() -> None:
        with client.moved:
            assert client.moved.wait_for(lambda: ("close",) in client.calls or "system" in client.names(), 5)
        browser.application.extensions["remediations-ui"].poller.stop()

    return wait
