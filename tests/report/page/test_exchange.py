from __future__ import annotations

import pytest

from hopcheck.report.page.exchange import exchanges
from hopcheck.trace import Event, Trace
from tests.report.page.page_events import event, kit, request, response


def test_a_request_and_its_answer_are_one() -> None:
    (found,) = exchanges(Trace([request(1, host="id-1"), response(2, to=1)]))
    assert [each.seq for each in found.events] == [1, 2]
    assert (found.source, found.target, found.lane, found.host) == ("rhc", "ingress", "ingress", "id-1")
    assert (found.title, found.status) == ("POST /upload", "202")


def test_what_nobody_answers_stands_alone_on_the_lane_of_its_sender() -> None:
    first, second = exchanges(Trace([event(1, "PUBLISH", "mqtt", topic="a/b"), request(2)]))
    assert (first.title, first.status, first.lane) == ("PUBLISH a/b", "", "rhc")
    assert second.status == "no answer"


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (event(2, "exit", "process", exchange="x", status=3, signal=None), "exit 3"),
        (event(2, "exit", "process", exchange="x", status=None, signal=9), "signal 9"),
        (event(2, "error", "dbus", exchange="x", error_name="org.x.Error.Failed"), "Failed"),
        (event(2, "CONNACK", "mqtt", exchange="x", code=5), "code 5"),
        (event(2, "refused", exchange="x", reason="TLS"), "refused"),
        (event(2, "spawn", "process", exchange="x", argv=["a"]), "no end"),
    ],
)
def test_how_it_ended(last: Event, status: str) -> None:
    (found,) = exchanges(Trace([last]))
    assert found.status == status


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (
            event(1, "call", "dbus", interface="com.redhat.Yggdrasil1.Worker1", member="Dispatch"),
            "call Worker1.Dispatch",
        ),
        (event(1, "record", "kafka", topic="announce", partition=0, offset=7), "record announce [0]@7"),
        (event(1, "spawn", "process", argv=["/usr/bin/python3", "-m", "x"]), "python3 -m x"),
        (event(1, "SUBSCRIBE", "mqtt", filters=[["a/+", 1], ["b", 0]]), "SUBSCRIBE a/+, b"),
        (kit(1, "participant", role="s3"), "participant s3"),
        (kit(1, "closed"), "closed"),
    ],
)
def test_what_it_is_called(first: Event, title: str) -> None:
    (found,) = exchanges(Trace([first]))
    assert found.title == title


def test_a_connection_of_a_bus_has_the_name_of_its_role() -> None:
    hello = event(1, "call", "dbus", ends=(":1.2", "bus"), sender=":1.2", member="Hello")
    named = event(2, "call", "dbus", ends=("rhc", "bus"), sender=":1.2", member="RequestName")
    assert [each.source for each in exchanges(Trace([hello, named]))] == ["rhc", "rhc"]
