"""The Remediations API as the page's user sees it, through the gateway."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fakes.outbound import Outbound, Unreachable
from fakes.remediations_ui.config import Config

PLANS = "/api/remediations/v1/remediations"
UNREACHABLE = 502


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said; `body` is JSON where it was, else text. Status 502 stands for no answer at all."""

    status: int
    body: Any
    etag: str | None = None


class Client:
    """One user's calls; safe to use from several threads."""

    def __init__(self, config: Config) -> None:
        self._outbound = Outbound(config.url, tls=config.tls)
        credentials = b64encode(f"{config.username}:{config.password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}

    def plans(self) -> Answer:
        """Every plan of the user, the first page."""
        return self._ask("GET", "")

    def create(self, plan: Any) -> Answer:
        """A new plan; the body as the API takes it."""
        return self._ask("POST", "", plan)

    def plan(self, plan: str) -> Answer:
        """One plan."""
        return self._ask("GET", f"/{quote(plan)}")

    def connection_status(self, plan: str) -> Answer:
        """How a plan's systems can be reached."""
        return self._ask("GET", f"/{quote(plan)}/connection_status")

    def execute(self, plan: str, exclude: list[str] | None = None, seen: str | None = None) -> Answer:
        """Execute under the condition that the connection status is still ``seen``, a tag.

        Without one it is asked for first.
        """
        if seen is None:
            status = self.connection_status(plan)
            if status.status != 200:
                return status
            seen = status.etag
        body = {} if exclude is None else {"exclude": exclude}
        return self._ask("POST", f"/{quote(plan)}/playbook_runs", body, {} if seen is None else {"If-Match": seen})

    def runs(self, plan: str, limit: int) -> Answer:
        """The newest runs of a plan."""
        return self._ask("GET", f"/{quote(plan)}/playbook_runs?limit={limit}")

    def run(self, plan: str, run: str) -> Answer:
        """One run."""
        return self._ask("GET", f"/{quote(plan)}/playbook_runs/{quote(run)}")

    def systems(self, plan: str, run: str) -> Answer:
        """The systems of a run."""
        return self._ask("GET", f"/{quote(plan)}/playbook_runs/{quote(run)}/systems?limit=200")

    def system(self, plan: str, run: str, system: str) -> Answer:
        """One system of a run with its log."""
        return self._ask("GET", f"/{quote(plan)}/playbook_runs/{quote(run)}/systems/{quote(system)}")

    def cancel(self, plan: str, run: str) -> Answer:
        """Ask for the end of a run; what became of it, its state tells."""
        return self._ask("POST", f"/{quote(plan)}/playbook_runs/{quote(run)}/cancel")

    def close(self) -> None:
        """Close this thread's connection."""
        self._outbound.close()

    def _ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        try:
            reply = self._outbound.request(
                method, PLANS + path, headers=self._headers | kind | (headers or {}), body=content
            )
        except Unreachable as error:
            return Answer(UNREACHABLE, str(error))
        try:
            value = json.loads(reply.body)
        except ValueError:
            value = reply.body.decode(errors="replace")
        return Answer(reply.status, value, reply.headers.get("etag"))
