from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes.remediations_ui.client import Answer

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

    def say(self, name: str, *bodies: Any, status: int = 200) -> None:
        self.script.setdefault(name, []).extend(Answer(status, body) for body in bodies)

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
