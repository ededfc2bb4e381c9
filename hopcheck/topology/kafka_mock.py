"""A Kafka broker without a broker: librdkafka's mock cluster, taken from the wheel's own library by ctypes."""

from __future__ import annotations

import ctypes
import importlib.util
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ctypes import CDLL, c_char_p, c_int, c_int32, c_size_t, c_void_p
from pathlib import Path
from typing import Any

PRODUCER = 0
_BROKER = 1
_PREFIX = "rd_kafka_mock_"
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "rd_kafka_conf_new": (c_void_p, ()),
    "rd_kafka_conf_set": (c_int, (c_void_p, c_char_p, c_char_p, c_char_p, c_size_t)),
    "rd_kafka_new": (c_void_p, (c_int, c_void_p, c_char_p, c_size_t)),
    "rd_kafka_destroy": (None, (c_void_p,)),
    "rd_kafka_err2str": (c_char_p, (c_int,)),
    _PREFIX + "cluster_new": (c_void_p, (c_void_p, c_int)),
    _PREFIX + "cluster_destroy": (None, (c_void_p,)),
    _PREFIX + "cluster_bootstraps": (c_char_p, (c_void_p,)),
    _PREFIX + "topic_create": (c_int, (c_void_p, c_char_p, c_int, c_int)),
    _PREFIX + "group_initial_rebalance_delay_ms": (None, (c_void_p, c_int32)),
    _PREFIX + "broker_set_down": (c_int, (c_void_p, c_int32)),
    _PREFIX + "broker_set_up": (c_int, (c_void_p, c_int32)),
    _PREFIX + "broker_set_host_port": (None, (c_void_p, c_int32, c_char_p, c_int)),
}


class KafkaMockUnavailable(RuntimeError):
    """The installed confluent-kafka has no usable mock cluster; the text says what is missing."""


class MockCluster:
    """One broker on a port that the kernel chose, with ``topics`` {name: partitions}, until `close`.

    Groups get their partitions at once: the mock's own delay of 3 s before the first assignment is off. A waiting
    fetch is not woken by a record, so a consumer sees it after its ``fetch.wait.max.ms`` at the latest.
    """

    def __init__(self, topics: Mapping[str, int]) -> None:
        for name, partitions in topics.items():
            if partitions < 1:
                raise ValueError(f"topic {name!r}: {partitions} partitions")
        self._library = _library()
        self._cluster = None
        text = ctypes.create_string_buffer(512)
        configuration = self._library.rd_kafka_conf_new()
        # Errors only: a client without brokers of its own is warned about, and is what is wanted here.
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"3", text, len(text))
        self._client = self._library.rd_kafka_new(PRODUCER, configuration, text, len(text))
        if not self._client:
            raise KafkaMockUnavailable(f"librdkafka makes no client: {text.value.decode()}")
        self._cluster = self._mock("cluster_new")(self._client, 1)
        if not self._cluster:
            self._library.rd_kafka_destroy(self._client)
            raise KafkaMockUnavailable("librdkafka makes no mock cluster")
        self.bootstrap: str = self._mock("cluster_bootstraps")(self._cluster).decode()
        self._mock("group_initial_rebalance_delay_ms")(self._cluster, 0)
        try:
            with _awake(self.bootstrap):
                for name, partitions in topics.items():
                    self._check(self._mock("topic_create")(self._cluster, name.encode(), partitions, 1), name)
        except BaseException:
            self.close()
            raise

    def down(self) -> None:
        """Let the broker disconnect everybody and refuse connections; what it holds stays."""
        with _awake(self.bootstrap):
            self._check(self._mock("broker_set_down")(self._cluster, _BROKER), "down")

    def up(self) -> None:
        """Undo `down`."""
        with _awake(self.bootstrap):
            self._check(self._mock("broker_set_up")(self._cluster, _BROKER), "up")

    def advertise(self, host: str, port: int) -> None:
        """Name another address (a forwarder's) in the broker's metadata; ``bootstrap`` stays."""
        self._mock("broker_set_host_port")(self._cluster, _BROKER, host.encode(), port)

    def close(self) -> None:
        """End the broker; its records are gone."""
        if self._cluster:
            self._mock("cluster_destroy")(self._cluster)
            self._library.rd_kafka_destroy(self._client)
            self._cluster = self._client = None

    def __enter__(self) -> MockCluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _mock(self, name: str) -> Any:
        if not self._cluster and name != "cluster_new":
            raise RuntimeError("the mock cluster is closed")
        return getattr(self._library, _PREFIX + name)

    def _check(self, code: int, what: str) -> None:
        if code:
            raise ValueError(f"mock cluster, {what!r}: {self._library.rd_kafka_err2str(code).decode()}")


def _library() -> CDLL:
    spec = importlib.util.find_spec("confluent_kafka")
    if spec is None or spec.origin is None:
        raise KafkaMockUnavailable("the embedded Kafka needs the package confluent-kafka, which is not installed")
    folder = Path(spec.origin).parent.parent / "confluent_kafka.libs"
    found = sorted(folder.glob("librdkafka*.so*"))
    if not found:
        raise KafkaMockUnavailable(f"no librdkafka in {folder}: the embedded Kafka needs confluent-kafka as a wheel")
    library = CDLL(str(found[0]))
    for name, (result, arguments) in _SIGNATURES.items():
        try:
            function = getattr(library, name)
        except AttributeError as error:
            raise KafkaMockUnavailable(f"{found[0].name} has no function {name}") from error
        function.restype, function.argtypes = result, list(arguments)
    return library


@contextmanager
def _awake(bootstrap: str) -> Iterator[None]:
    # The cluster's loop may lose the wake-up of a command and then sleeps a second; any connection wakes it.
    host, _, port = bootstrap.split(",")[0].rpartition(":")
    done = threading.Event()

    def poke() -> None:
        while not done.wait(0.002):
            with suppress(OSError):
                socket.create_connection((host, int(port)), timeout=1).close()

    thread = threading.Thread(target=poke, name="kafka-mock-poke", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
