"""Errors of the REST interface: `title`, `status`, `detail` (CON-09)."""

from __future__ import annotations

NO_CONNECTION = "No connection to the rhc client"


class ApiError(Exception):
    """An error answer; `detail` is the title where none is given."""

    def __init__(self, status: int, title: str, detail: str | None = None) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status, self.title, self.detail = status, title, title if detail is None else detail

    def document(self) -> dict[str, str | int]:
        """The body."""
        return {"title": self.title, "status": self.status, "detail": self.detail}


def no_connection() -> ApiError:
    """404: no such host for this caller (CON-03)."""
    return ApiError(404, NO_CONNECTION)
