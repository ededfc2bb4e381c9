"""HTTP of the daemon: it fetches detached content and posts what workers transmit (facts 2.2, 2.3)."""

from __future__ import annotations

import asyncio
import gzip
import logging
import select
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLContext
from urllib.parse import SplitResult, urljoin, urlsplit

from fakes.rhc import duration, paths

log = logging.getLogger(__name__)

_BUSY = (429, 503)
_REDIRECTIONS = (301, 302, 303, 307, 308)
_SAME_METHOD = (307, 308)
_MOST_REQUESTS = 10


class TransferError(OSError):
    """No answer came, or only answers that asked to come again later."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names as Go writes them, the first value of each."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ContentClient:
    """Requests in threads, over connections that stay open.

    `data_host` replaces the host of every URL (H-030), not of those a server redirects to; `timeout` 0 is none;
    `retries` counts the further tries after a timeout and after a 429 or 503 with ``Retry-After``.
    """

    def __init__(self, tls: SSLContext, *, data_host: str = "", retries: int = 0, timeout: float = 0.0) -> None:
        self.tls = tls
        self._data_host, self._retries, self._timeout = data_host, retries, timeout or None
        self._idle: defaultdict[tuple[str, str], list[HTTPConnection]] = defaultdict(list)
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="http")

    async def get(self, url: str) -> Reply:
        """Raises TransferError; any status is an answer (H-031)."""
        return await self._in_thread("GET", url, {}, None)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Raises TransferError; any status is an answer (H-037)."""
        trimmed = {name: value.strip() for name, value in headers.items()}
        return await self._in_thread("POST", url, trimmed, body)

    def renew(self, tls: SSLContext) -> None:
        """Another identity; retries and timeout are lost with the old one, as they are upstream."""
        self.tls, self._retries, self._timeout = tls, 0, None
        self._close_idle()

    def close(self) -> None:
        """End waits and close idle connections; a request that is under way goes on by itself."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._close_idle()

    async def _in_thread(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._request, method, url, headers, body)

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        try:
            target = urlsplit(url)
            if self._data_host:
                target = target._replace(netloc=self._data_host)
            for _ in range(self._retries + 1):
                try:
                    reply = self._followed(method, target, headers, body)
                except TimeoutError:
                    continue
                delay = retry_after(reply)
                if delay is None:
                    return reply
                if self._closing.wait(delay):
                    break
        except (OSError, HTTPException, ValueError) as error:
            raise TransferError(f"{method} {url.partition('?')[0]}: {error!r}") from error
        raise TransferError(f"{method} {url.partition('?')[0]}: too many retries")

    def _followed(self, method: str, target: SplitResult, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The answer at the end of the redirections. Raises HTTPException for too many."""
        for _ in range(_MOST_REQUESTS):
            reply = self._once(method, target, headers, body)
            if reply.status not in _REDIRECTIONS or "Location" not in reply.headers:
                return reply
            source = target.geturl()
            target = urlsplit(urljoin(source, reply.headers["Location"]))
            headers = {**headers, "Referer": source}
            if reply.status not in _SAME_METHOD:
                method, body = "GET", None
        raise HTTPException(f"more than {_MOST_REQUESTS} redirections")

    def _once(self, method: str, target: SplitResult, headers: Mapping[str, str], body: bytes | None) -> Reply:
        connection = self._connection(target)
        try:
            connection.putrequest(
                method, target.path + ("?" + target.query if target.query else "") or "/", skip_accept_encoding=True
            )
            for name, value in {**headers, "User-Agent": paths.USER_AGENT, "Accept-Encoding": "gzip"}.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            reply = _unpacked(Reply(response.status, _first_values(response), response.read()))
        except BaseException:
            connection.close()
            raise
        self._keep(target, connection)
        return reply

    def _connection(self, target: SplitResult) -> HTTPConnection:
        with self._lock:
            idle = self._idle[target.scheme, target.netloc]
            while idle:
                connection = idle.pop()
                if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                    return connection
                # Readable while idle means closed by the server: seen before anything is sent on it.
                connection.close()
        if not target.hostname or target.scheme not in ("http", "https"):
            raise ValueError(f"unsupported URL scheme {target.scheme!r}")
        if target.scheme == "https":
            return HTTPSConnection(target.hostname, target.port, timeout=self._timeout, context=self.tls)
        return HTTPConnection(target.hostname, target.port, timeout=self._timeout)

    def _close_idle(self) -> None:
        with self._lock:
            for connections in self._idle.values():
                for connection in connections:
                    connection.close()
            self._idle.clear()

    def _keep(self, target: SplitResult, connection: HTTPConnection) -> None:
        with self._lock:
            if not self._closing.is_set():
                self._idle[target.scheme, target.netloc].append(connection)
                return
        connection.close()


def retry_after(reply: Reply) -> float | None:
    """Seconds that a busy server asked to wait; None where the answer is final. Raises ValueError for neither."""
    value = reply.headers.get("Retry-After", "")
    if reply.status not in _BUSY or not value:
        return None
    try:
        seconds = parsedate_to_datetime(value).timestamp() - time.time()
    except ValueError:
        seconds = duration.parse(value + "s")
    return max(0.0, seconds)


def _unpacked(reply: Reply) -> Reply:
    if reply.headers.get("Content-Encoding") != "gzip":
        return reply
    kept = {name: value for name, value in reply.headers.items() if name not in ("Content-Encoding", "Content-Length")}
    return Reply(reply.status, kept, gzip.decompress(reply.body))


def _first_values(response: HTTPResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in response.getheaders():
        found.setdefault("-".join(part.capitalize() for part in name.split("-")), value)
    return found
