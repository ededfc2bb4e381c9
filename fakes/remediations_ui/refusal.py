"""An answer that is none, in words: what happened, what to do, and what exactly came (facts B.1, B.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fakes.remediations_ui.client import UNREACHABLE, Answer

PERMISSION = re.compile(r"[a-z-]+:[a-z-]+:[a-z]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """``sentence`` says what happened, ``advice`` what the reader can do, ``detail`` what came, for a bug report."""

    heading: str
    sentence: str
    advice: str
    detail: str

    @property
    def words(self) -> str:
        """In one line."""
        return f"{self.sentence} {self.detail}"


class Refused(Exception):
    """An answer that shows nothing of what was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(explain(answer).words)
        self.answer = answer


def shown(answer: Answer) -> dict[str, Any]:
    """The body of a 200. Raises Refused."""
    if answer.status != 200 or not isinstance(answer.body, dict):
        raise Refused(answer)
    return answer.body


def explain(answer: Answer) -> Refusal:
    """The refusal in words; the code decides where there is one, else the status."""
    error = _error(answer.body)
    code = str(error.get("code") or "")
    if answer.status == UNREACHABLE and isinstance(answer.body, str):
        known = (
            "Remediations cannot be reached",
            "The Remediations API did not answer.",
            "It may be restarting. Try again in a moment; its log says more.",
        )
    elif answer.status == 403:
        known = _forbidden(error)
    else:
        known = BY_CODE.get(code) or BY_STATUS.get(answer.status) or _unknown(answer.status)
    return Refusal(*known, _detail(answer, error, code))


def _forbidden(error: dict[str, Any]) -> tuple[str, str, str]:
    details = error.get("details")
    message = str(details.get("message", "")) if isinstance(details, dict) else ""
    permission = PERMISSION.search(message)
    if permission is None:
        return ("You may not do this", "The Remediations API refused it to this user.", "Ask who administers the org.")
    return (
        "You may not do this",
        f"This user lacks the permission {permission[0]}.",
        "Ask who administers the org for a role that has it.",
    )


def _unknown(status: int) -> tuple[str, str, str]:
    if status >= 500:
        return (
            "Remediations is in trouble",
            f"The Remediations API failed with status {status}.",
            "Try again; its log says more.",
        )
    if status >= 400:
        return (
            "This was not possible",
            f"The Remediations API refused it with status {status}.",
            "Go back and try again.",
        )
    return (
        "This answer is not understood",
        f"The Remediations API answered with status {status}, and not with what was asked for.",
        "Its log says more.",
    )


def _detail(answer: Answer, error: dict[str, Any], code: str) -> str:
    if error:
        details = error.get("details")
        more = ", ".join(f"{name} {value}" for name, value in details.items()) if isinstance(details, dict) else ""
        return " ".join(filter(None, (f"{answer.status} {code}:", str(error.get("title") or ""), more and f"({more})")))
    body = answer.body if isinstance(answer.body, str) else ""
    if answer.status == UNREACHABLE and body:
        return body
    return f"{answer.status} {body}".strip()


def _error(body: Any) -> dict[str, Any]:
    errors = body.get("errors") if isinstance(body, dict) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}


BY_CODE = {
    "NO_EXECUTORS": (
        "No system can be reached",
        "Nothing was executed, because none of the plan's systems is connected now.",
        "Connect one of them, then look at the plan again.",
    ),
    "NO_SYSTEMS": ("The plan has no systems", "There is nothing that it could be executed on.", "Make a new plan."),
    "UNKNOWN_SYSTEM": (
        "A system is not known",
        "Inventory does not know one of the chosen systems.",
        "It may have been removed. Choose again without it.",
    ),
    "UNKNOWN_ISSUE": (
        "An issue is not known",
        "Nobody knows how to fix one of the chosen issues.",
        "Choose again without it.",
    ),
    "DEPENDENCY_UNAVAILABLE": (
        "A service is not there",
        "The Remediations API needs another service, which did not answer.",
        "Try again in a moment.",
    ),
}
BY_STATUS = {
    401: (
        "You are not signed in",
        "The Remediations API does not know this user.",
        "Check UI_USERNAME and UI_PASSWORD.",
    ),
    404: (
        "This is not there",
        "There is no such plan or run, or it is somebody else's.",
        "Choose one of the list.",
    ),
    409: ("Something else came first", "The plan is in use by another request.", "Look at it again, then decide."),
    412: (
        "The systems have changed",
        "The connection of a system has changed since it was shown. Nothing was executed.",
        "This is how it is now.",
    ),
    504: ("Remediations took too long", "The Remediations API did not answer in time.", "Try again in a moment."),
}
