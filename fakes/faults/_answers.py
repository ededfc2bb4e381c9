"""The one wrong way that any server can have: whoever asks for a case is answered with another status."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fakes import serve
from fakes.faults.seam import around

HEADER = "HTTP_X_HOPCHECK_CASE"
REFUSAL, SUCCESS = "400 Bad Request", "200 OK"


def answers_cases_otherwise() -> None:
    """What was to be refused is answered 200, and what was not is refused; the body stays."""

    @around(serve, "AccessLog")
    def _(access_log: Any, app: Callable[..., Iterable[bytes]], role: str) -> Any:
        return access_log(Otherwise(app), role)


class Otherwise:
    """A WSGI application around another, which turns the answers to cases into their contrary."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on, and its answer back with another status where it is a case's."""

        def start(line: str, *rest: Any) -> Any:
            return start_response(REFUSAL if line.startswith("2") else SUCCESS, *rest)

        return self.app(environ, start if HEADER in environ else start_response)
