"""The Remediations API as a test scripts it, behind the real pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.remediations_ui.app import create_app
from fakes.remediations_ui.client import Answer, Client
from fakes.remediations_ui.poller import Poller
from fakes.remediations_ui.service import Service
from fakes.serve import Listener, Servers

PLAN, RUN = "8876d936-26ad-44e0-bba5-64976fa80c1d", "61763ece-58e1-47ba-9710-90cafbe17ef2"
WEB, DATABASE, MAIL, ARCHIVE = "id-web", "id-database", "id-mail", "id-archive"
NAMES = {WEB: "web-1", DATABASE: "database-1", MAIL: "mail-1", ARCHIVE: "archive-1"}
QUINN = {"username": "qa-engineer", "first_name": "Quinn", "last_name": "Assurance"}
FIRST, SECOND = "test:write-config", "test:write-motd"


def passed(**since: int) -> str:
    return (datetime.now(UTC) - timedelta(**since)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plan_like(id_: str, name: str, systems: list[str], **since: int) -> dict[str, Any]:
    listed = [{"id": each, "display_name": NAMES[each]} for each in systems]
    described = {FIRST: "Write the configuration", SECOND: "Write the message of the day"}
    issues = [{"id": each, "description": words, "systems": listed} for each, words in described.items()]
    return {
        "id": id_,
        "name": name,
        "created_by": QUINN,
        "created_at": passed(**since),
        "system_count": len(systems),
        "issue_count": 2,
        "issues": issues,
    }


def console(*tasks: str, end: str = "") -> str:
    head = "PLAY [Write the configuration that the first issue asks for] *****\n"
    return head + "".join(f"\r\nTASK [{task}] *****\nchanged: [localhost]\n" for task in tasks) + end


@dataclass
class Api(Client):
    """What it says now; a test changes it and the pages follow."""

    plans_: list[dict[str, Any]]
    ways: dict[str, str]
    tag: str = '"1"'
    status: str = "running"
    systems_: dict[str, tuple[str, str]] = field(default_factory=dict)
    history: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    refusing: dict[str, Answer] = field(default_factory=dict)
    began: str = field(default_factory=lambda: passed(seconds=12))
    executed: list[tuple[Any, ...]] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)
    cancelled: int = 0

    def plans(self) -> Answer:
        return self.refusing.get("plans") or Answer(200, {"data": self.plans_})

    def plan(self, plan: str) -> Answer:
        found = [each for each in self.plans_ if each["id"] == plan]
        return Answer(200, found[0]) if found else Answer(404, "Not Found")

    def create(self, plan: Any) -> Answer:
        self.made.append(plan)
        self.plans_.insert(0, plan_like("made", plan["name"], [WEB], seconds=1))
        return Answer(201, {"id": "made"})

    def connection_status(self, plan: str) -> Answer:
        data = [
            {"connection_status": way, "executor_name": "Direct connected", "system_ids": [system]}
            for system, way in self.ways.items()
        ]
        return self.refusing.get("connection_status") or Answer(200, {"data": data}, self.tag)

    def execute(self, plan: str, exclude: list[str] | None = None, seen: str | None = None) -> Answer:
        self.executed.append((plan, exclude, seen))
        return Answer(201, {"id": RUN}) if seen == self.tag else Answer(412, "Precondition Failed")

    def runs(self, plan: str, limit: int) -> Answer:
        return Answer(
            200,
            {
                "data": [
                    {
                        "id": run,
                        "status": status,
                        "created_by": QUINN,
                        "created_at": passed(hours=hours),
                        "executors": [{"system_count": 2}],
                    }
                    for run, status, hours in self.history.get(plan, [])
                ]
            },
        )

    def run(self, plan: str, run: str) -> Answer:
        running = sum(status == "running" for status, _ in self.systems_.values())
        executor = {"executor_id": run, "status": self.status, "counts": {"running": running, "pending": 0}}
        body = {"id": run, "status": self.status, "created_at": self.began, "executors": [executor]}
        return self.refusing.get("run") or Answer(200, body)

    def systems(self, plan: str, run: str) -> Answer:
        data = [
            {"system_id": each, "system_name": NAMES[each], "status": status}
            for each, (status, _) in self.systems_.items()
        ]
        return Answer(200, {"data": data})

    def system(self, plan: str, run: str, system: str) -> Answer:
        return Answer(200, {"console": self.systems_[system][1]})

    def cancel(self, plan: str, run: str) -> Answer:
        self.cancelled += 1
        return Answer(202, {})

    def close(self) -> None:
        pass


def scripted() -> Api:
    """Two plans; of the first one two systems are connected, one is not, one never was."""
    first = plan_like(PLAN, "Harden the web shop", [WEB, DATABASE, MAIL, ARCHIVE], minutes=5)
    second = plan_like("other", "Message of the day everywhere", [WEB, MAIL], hours=26)
    ways = {WEB: "connected", DATABASE: "connected", MAIL: "disconnected", ARCHIVE: "no_rhc"}
    return Api(
        [first, second],
        ways,
        history={
            PLAN: [("r1", "success", 2), ("r2", "failure", 5)],
            "other": [("r3", "canceled", 3), ("r4", "success", 49)],
        },
    )


@contextlib.contextmanager
def served(api: Api) -> Iterator[str]:
    """The pages on an API; their address."""
    poller = Poller(api, 0.05)
    servers = Servers([Listener(create_app(Service(api, poller)), "127.0.0.1", 0)], "remediations-ui")
    try:
        yield f"http://127.0.0.1:{servers.ports[0]}"
    finally:
        poller.stop()
        servers.stop()
