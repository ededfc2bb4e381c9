"""A command in a container, until it ends.

docker's `exec_run` reads the connection past the HTTP library. What that has read together with the answer's head is
lost, or frames are mistaken (docker-py's issues 425 and 3332). Here all is read through the library.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docker.errors import create_api_error_from_http_exception
from requests import HTTPError

_HEADER = struct.Struct(">BxxxL")
STDOUT, STDERR = 1, 2
STATUS_S, STATUS_INTERVAL_S = 5.0, 0.01


@dataclass(frozen=True, slots=True)
class Executed:
    """How a command ended: its exit status, and what it printed on either output."""

    status: int
    out: bytes
    err: bytes


def execute(container: Any, argv: Sequence[str], *, user: str = "root") -> Executed:
    """Run a command in a container, with no input. Raises what docker and requests raise, and TimeoutError."""
    api = container.client.api
    made: str = api.exec_create(container.id, list(argv), user=user)["Id"]
    # Without an Upgrade in the request the answer's body is the output, until the connection ends.
    url = f"{api.base_url}/v{api.api_version}/exec/{made}/start"
    with api.post(url, json={"Detach": False, "Tty": False}, stream=True) as response:
        try:
            response.raise_for_status()
        except HTTPError as error:
            create_api_error_from_http_exception(error)
        said = {STDOUT: bytearray(), STDERR: bytearray()}
        while header := response.raw.read(_HEADER.size):
            stream, size = _HEADER.unpack(header)
            said[stream] += response.raw.read(size)
    return Executed(status_of(api, made), bytes(said[STDOUT]), bytes(said[STDERR]))


def status_of(api: Any, execution: str) -> int:
    """The exit status, once the output has ended: the engine may know of the one a moment before the other.

    Raises TimeoutError, and what docker raises.
    """
    deadline = time.monotonic() + STATUS_S
    while True:
        state = api.exec_inspect(execution)
        if not state["Running"] and state["ExitCode"] is not None:
            return int(state["ExitCode"])
        if time.monotonic() > deadline:
            raise TimeoutError(f"the engine does not tell how {execution[:12]} ended")
        time.sleep(STATUS_INTERVAL_S)
