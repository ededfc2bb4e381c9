"""The pages of a trace that may grow, for browsers on this machine only."""

from __future__ import annotations

import socket
import threading
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from hopcheck.checks.judge import Judge
from hopcheck.live.address import LOCAL, page_of
from hopcheck.live.document import document
from hopcheck.live.messages import shown
from hopcheck.live.watched import Watched
from hopcheck.live.watcher import RUN, TRACE, Watcher

NAMES = frozenset({LOCAL, "localhost"})
"""What a request may call this server: another name that leads here is a page's of somewhere else."""
BEAT_S = 15
"""After so many seconds without news a line tells whether the reader is still there."""
ASSETS = {"live.css": "text/css", "live.js": "text/javascript"}
STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
REPORT = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'"
"""The report is one file with everything in it."""


class Server(ThreadingHTTPServer):
    """Serves at a listening socket; `start` returns at once. ``stays``: not only until a run ends."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, path: Path, contracts: Path, *, stays: bool = True) -> None:
        super().__init__(listening.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_port = listening.getsockname()[1]
        self.contracts = contracts
        self.stays = stays
        self.watched = Watched(path, lambda: Judge(contracts))
        self.watcher = Watcher(self.watched)
        self._serving = threading.Thread(target=self.serve_forever, name="hopcheck-live-server", daemon=True)

    @property
    def url(self) -> str:
        """Of the page."""
        return page_of(self.socket)

    @cached_property
    def page(self) -> bytes:
        """The page, the same for every trace."""
        return document(self.contracts, self.watched.path, stays=self.stays)

    def start(self) -> None:
        """Serve from now on."""
        self._serving.start()

    def end(self) -> None:
        """Let readers have the last of it, and stop."""
        self.watcher.end()
        self.shutdown()
        self._serving.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 60

    def do_GET(self) -> None:
        if (self.headers.get("Host") or "").partition(":")[0] not in NAMES:
            return self._plain(403, f"this server is called {LOCAL}")
        asked = urlsplit(self.path)
        parts, query = asked.path.strip("/").split("/"), parse_qs(asked.query)
        try:
            self._route(parts, {name: values[-1] for name, values in query.items()})
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True
        except (LookupError, FileNotFoundError):
            self._plain(404, "there is no such thing here")
        except (OSError, ValueError) as error:
            self._plain(400, str(error))

    def _route(self, parts: list[str], query: dict[str, str]) -> None:
        server = self.server
        at = int(query["at"]) if query.get("at") else None
        match parts:
            case [""]:
                self._answer(302, b"", "text/plain", {"Location": "/live"})
            case ["live"]:
                self._answer(200, server.page, "text/html; charset=utf-8")
            case ["live", name] if name in ASSETS:
                asset = resources.files("hopcheck.live").joinpath(name).read_bytes()
                self._answer(200, asset, f"{ASSETS[name]}; charset=utf-8")
            case ["live", "events"]:
                self._stream()
            case ["live", "state"]:
                self._answer(200, orjson.dumps(server.watched.state(at)), "application/json")
            case ["live", "messages", number] if number.isdigit():
                found = server.watched.evidence(unquote(query.get("run", "")), int(number), at)
                self._answer(200, orjson.dumps(shown(found)), "application/json")
            case ["live", "report"]:
                report = server.watched.path.parent / "index.html"
                self._answer(200, report.read_bytes(), "text/html; charset=utf-8", {"Content-Security-Policy": REPORT})
            case _:
                raise LookupError(self.path)

    def _stream(self) -> None:
        self._head(200, {"Content-Type": "text/event-stream"})
        board, version = self.server.watcher.board, 0
        with board.reader():
            while True:
                news = board.news(version, BEAT_S)
                version = news.version
                for name, data in news.entries:
                    kind = RUN.strip() if name.startswith(RUN) else TRACE
                    self.wfile.write(b"event: %s\ndata: %s\n\n" % (kind.encode(), data))
                self.wfile.write(b"event: over\ndata: \n\n" if news.ended else b"" if news.entries else b":\n\n")
                if news.ended:
                    return

    def _plain(self, status: int, text: str) -> None:
        self._answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8")

    def _answer(self, status: int, data: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(data)), **(more or {})})
        self.wfile.write(data)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Security-Policy": STRICT,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()

    def version_string(self) -> str:
        return "hopcheck"

    def log_message(self, *_: object) -> None:
        """Nobody reads who looked."""
