import pytest
from checks_scenes import complete, data_message
from checks_world import HOST, WHEN, World, kit, publish, request, response

NODE = {"account": "1", "node_id": HOST}


def commanded(command, before, tag="told", **attrs):
    message = {
        "type": "command",
        "message_id": HOST,
        "version": 1,
        "sent": WHEN,
        "content": {"command": command, "arguments": None, "message": ""},
    }
    draft = publish("connector", "cloud-connector", "broker", "control/in", message, 7)
    draft.attrs.update(attrs)
    return lambda w: w.insert(World().add(tag, draft), before=before)


def answered(world):
    other = publish("host", "broker", "rhc", "control/in", {"type": "command", "response_to": "online-1"}, 9)
    return world.add("late", other)


def sent_again(world):
    data = publish("connector", "cloud-connector", "broker", "data/in", data_message(), 8)
    return world.insert(World().add("data", data), before="ready")


def asked(name, body, status, before):
    """The kit asks version 1 of the connector."""
    sent = request("hopcheck>cloud-connector", "POST", f"/api/cloud-connector/v1/{name}", name, body=body)
    answer = response(sent, status, {}, content_type="application/json; charset=UTF-8")
    return lambda w: w.insert(World().add("asked", sent).add("asked/answer", answer), before=before)


def guest(tenant):
    return lambda w: w.insert(World().add("guest", kit("guest", client_id=HOST, tenant=tenant)), before="1/online")


def both(*bends):
    def bend(world):
        for each in bends:
            world = each(world)
        return world

    return bend


def status_of(content):
    def bend(world):
        for tag in ("1/online", "1/delivered"):
            world.body(tag, lambda body: body.update(content=content))
        return world

    return bend


def lost(role, before="closed"):
    event = kit("lost", role=role, status=1, cause=f"{role} ended by itself")
    return lambda w: w.insert(World().add("lost", event), before=before)


WRONG = [[], {"state": "online", "canonical_facts": 7}, {"state": "online", "canonical_facts": {"insights_id": 7}}]


@pytest.mark.parametrize(
    "bend",
    [
        commanded("reconnect", "ready"),
        commanded("ping", "ready"),
        sent_again,
        answered,
        both(commanded("ping", "ready"), asked("connection/ping", NODE, 400, "1/online")),
        both(commanded("ping", "ready"), asked("connection/ping", {**NODE, "node_id": "other"}, 200, "1/online")),
        both(commanded("ping", "ready"), guest(tenant=True)),
    ],
)
def test_who_comes_online_is_told_nothing(state, bend):
    assert state(complete(), "CON-46") == "pass"
    assert state(bend(complete()), "CON-46") == "fail"


@pytest.mark.parametrize(
    "bend",
    [
        commanded("ping", "1/SUBSCRIBE"),
        commanded("ping", "ready", dup=True),
        both(commanded("ping", "ready"), asked("connection/ping", NODE, 200, "told")),
        both(commanded("ping", "ready"), asked("connection/ping", NODE, 200, "1/online")),
        both(commanded("ping", "ready"), asked("connection/ping", NODE, 500, "1/online")),
        both(commanded("disconnect", "ready"), asked("connection/disconnect", NODE, 200, "told")),
        both(commanded("ping", "ready"), guest(tenant=False)),
    ],
)
def test_what_has_another_reason_is_no_answer(state, bend):
    assert state(bend(complete()), "CON-46") == "pass"


def test_one_request_is_a_reason_for_one_message(state):
    once = both(asked("connection/ping", NODE, 200, "ready"), commanded("ping", "ready"))
    assert state(once(complete()), "CON-46") == "pass"
    assert state(commanded("ping", "ready", "again")(once(complete())), "CON-46") == "fail"


def test_a_host_without_tenant_is_told_nothing(state):
    assert state(complete(), "CON-45") == "not_exercised"
    assert state(guest(tenant=True)(complete()), "CON-45") == "not_exercised"
    assert state(guest(tenant=False)(complete()), "CON-45") == "pass"
    assert state(both(guest(tenant=False), commanded("reconnect", "ready"))(complete()), "CON-45") == "fail"


def test_both_kinds_of_topics_are_subscribed_to(state):
    assert state(complete(), "CON-29") == "pass"
    for end in ("control/out", "data/out"):
        world = complete()
        filters = [each for each in world.draft("cc/SUBSCRIBE").attrs["filters"] if not each[0].endswith(end)]
        assert len(filters) == 1
        assert state(world.bend("cc/SUBSCRIBE", filters=filters), "CON-29") == "fail"


@pytest.mark.parametrize("content", WRONG)
def test_wrong_types_are_survived(state, content):
    assert state(status_of(content)(complete()), "CON-44") == "pass"
    assert state(both(status_of(content), lost("ingress"))(complete()), "CON-44") == "pass"
    assert state(both(status_of(content), lost("cloud-connector", "1"))(complete()), "CON-44") == "pass"
    assert state(both(status_of(content), lost("cloud-connector"))(complete()), "CON-44") == "fail"


def test_an_end_after_right_types_says_nothing_of_wrong_ones(state):
    assert state(lost("cloud-connector")(complete()), "CON-44") == "not_exercised"
