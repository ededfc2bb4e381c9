import json

import pytest

from hopcheck.topology.awaited import granted, is_over, known_to_connector, log_after
from hopcheck.topology.identity import Identity
from hopcheck.topology.user import EDGE
from hopcheck.trace import Event, Payload

WEB = Identity.new("web")


def event(op, seq=2, edge=EDGE, protocol="http", body=None, **attrs):
    payload = None if body is None else Payload(json.dumps(body).encode())
    return Event(seq, seq, seq, "", "tap", edge, protocol, op, "a", "b", "x", None, attrs, payload)


def record(key=WEB.client_id, topic="platform.rhc-message-ingress", protocol="kafka"):
    return event("record", protocol=protocol, key=key, topic=topic)


def test_a_connection_is_known_by_the_connectors_own_record():
    known = known_to_connector(WEB)
    assert known(record())
    assert not known(record(key="another"))
    assert not known(record(topic="platform.upload.announce"))
    assert not known(record(protocol="mqtt"))


def test_only_a_hosts_subscriptions_are_granted():
    assert granted(event("SUBACK", leg="host"))
    assert not granted(event("SUBACK", leg="connector"))
    assert not granted(event("CONNACK", leg="host"))


@pytest.mark.parametrize("executors", [None, "two", {}])
def test_a_run_whose_executors_are_no_list_is_not_over(executors):
    assert not is_over(event("response", body={"id": "run", "status": "success", "executors": executors}), "run")


def test_a_failure_that_shows_while_another_system_runs_is_not_the_end():
    def shown(*running):
        return event(
            "response",
            body={"id": "run", "status": "failure", "executors": [{"counts": {"running": n}} for n in running]},
        )

    assert not is_over(shown(0, 1), "run")
    assert is_over(shown(0, 0), "run")


def test_a_log_without_payload_is_none():
    end = event("response", body={})
    assert not log_after(end, "system")(event("response", seq=3))
    assert log_after(end, "system")(event("response", seq=3, body={"console": "", "system_id": "system"}))
