import pytest
from checks_scenes import complete, data_message
from checks_world import HOST, WHEN, World, kafka, publish

TOPIC = f"redhat/insights/{HOST}"


def heard(before="1/SUBSCRIBE"):
    empty = publish("connector", "broker", "cloud-connector", "data/out", None, None, qos=0)
    return complete().insert(World().add("empty", empty), before=before)


def commanded(before):
    ping = {
        "type": "command",
        "message_id": HOST,
        "response_to": "",
        "version": 1,
        "sent": WHEN,
        "content": {"command": "ping"},
    }
    sent = World().add("ping", publish("connector", "cloud-connector", "broker", "control/in", ping, 7))
    return lambda w: w.insert(sent, before=before)


def sent_again(world):
    return world.insert(
        World().add("data", publish("connector", "cloud-connector", "broker", "data/in", data_message(), 8)),
        before="1/online",
    )


def recorded(topic="control/out", key=HOST, body=b""):
    record = kafka("platform.cloud-connector.rhc-message-ingress", None, key=key)
    record.attrs["headers"] = [["topic", f"{TOPIC}/{topic}"], ["mqtt_message_id", "0"], ["date_received", WHEN]]
    record.payload = body
    return lambda w: w.insert(World().add("record", record), before="closed")


@pytest.mark.parametrize(
    "bend",
    [
        commanded("1/online"),
        sent_again,
        recorded(),
        recorded("data/out", body=b"{}"),
    ],
)
def test_broken(state, bend):
    assert state(heard(), "CON-31") == "pass"
    assert state(bend(heard()), "CON-31") == "fail"


@pytest.mark.parametrize(
    "bend",
    [
        commanded("1/PUBACK"),
        commanded("empty"),
        recorded(body=b"{}"),
        recorded(key="another"),
    ],
)
def test_what_has_another_reason_is_no_effect(state, bend):
    assert state(bend(heard()), "CON-31") == "pass"


def test_a_request_under_way_is_a_reason(state):
    assert state(heard("6/published"), "CON-31") == "pass"
    assert state(commanded("6")(heard("6")), "CON-31") == "fail"


def test_what_the_connector_never_got_tells_nothing(state):
    assert state(complete(), "CON-31") == "not_exercised"
