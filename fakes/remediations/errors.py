"""The three error forms (facts B.2)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, g, jsonify


class ApiError(Exception):
    """An answer in the ``errors[]`` form (SRV-112)."""

    def __init__(self, status: int, code: str, title: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(title)
        self.status, self.code, self.title, self.details = status, code, title, details

    def response(self) -> Response:
        """The answer; its ``id`` is the request's."""
        error: dict[str, object] = {"id": g.request_id, "status": self.status, "code": self.code, "title": self.title}
        if self.details is not None:
            error["details"] = self.details
        response = jsonify(errors=[error])
        response.status_code = self.status
        return response


class Plain(Exception):
    """A status whose body is its reason phrase, as 404 and 412 of plans and runs are."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.headers = status, dict(headers or {})

    def response(self) -> Response:
        """The answer."""
        return Response(HTTPStatus(self.status).phrase, self.status, self.headers, mimetype="text/plain")


def invalid(keyword: str, message: str, location: str, path: str) -> ApiError:
    """A request that does not fit the API's description."""
    return ApiError(400, f"{keyword}.openapi.requestValidation", f"{message} (location: {location}, path: {path})")


def forbidden(message: str) -> ApiError:
    """Known, but not allowed."""
    return ApiError(403, "FORBIDDEN", "Access forbidden", {"message": message})


def unavailable(name: str) -> ApiError:
    """A service that this one needs did not answer as it should."""
    return ApiError(503, "DEPENDENCY_UNAVAILABLE", "Service Unavailable", {"name": name, "impl": "impl"})
