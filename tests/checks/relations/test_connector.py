import pytest
from checks_scenes import asked, complete, data_message, not_connected
from checks_world import HOST, MESSAGE, URL, World, publish, request, response


def published_anyway(world):
    return world.insert(complete().only(lambda tag: tag == "6/published"), before="5/answer")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("CON-01", complete, lambda w: w.bend("5/answer", status=500)),
        ("CON-01", complete, lambda w: w.body("5/answer", lambda b: b.update(id="7"))),
        ("CON-02", complete, lambda w: w.body("5/answer", lambda b: b.update(id=MESSAGE[:-2] + "77"))),
        ("CON-03", not_connected, lambda w: w.body("5/answer", lambda b: b.update(title="gone"))),
        ("CON-03", not_connected, published_anyway),
        ("CON-26", complete, lambda w: w.body("6/published", lambda b: b.update(content=URL.replace("&", "&amp;")))),
        ("CON-24", complete, lambda w: w.body("6", lambda b: b.update(content="https://else/"))),
        ("CON-24", complete, lambda w: w.body("6/published", lambda b: b.update(message_id="1"))),
        (
            "CON-34",
            asked,
            lambda w: w.body("status/answer", lambda _: {"status": "disconnected"}).without("5", "5/answer"),
        ),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def asked_by_the_kit(to, version="v2"):
    """A message for a stranger, and a data message that is published before the 404."""
    path, body = (f"v2/connections/{HOST}/message", {}) if version == "v2" else ("v1/message", {"recipient": HOST})
    ask = request("hopcheck>cloud-connector", "POST", f"/api/cloud-connector/{path}", "xk", body=body)
    sent = publish("connector", "cloud-connector", "broker", "data/in", {**data_message(), "metadata": None}, 7)
    sent.attrs["topic"] = f"redhat/insights/{to}/data/in"
    said = dict.fromkeys(("title", "detail"), "No connection to the rhc client") | {"status": 404}
    world = World().add("ask", ask).add("sent", sent)
    world.add("ask/answer", response(ask, 404, said, content_type="application/json; charset=UTF-8"))
    return complete().insert(world, before="closed")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_nothing_is_published_to_a_stranger_whoever_asks(state, version):
    assert state(asked_by_the_kit(HOST, version), "CON-03") == "fail"
    assert state(asked_by_the_kit("another", version), "CON-03") == "pass"
    assert state(asked_by_the_kit(HOST, version).move("sent", before="ask"), "CON-03") == "pass"


def test_disconnected_after_goodbye_is_right(state):
    world = asked().repeat("1/PUBACK", "bye", before="ask", op="closed", by="client", clean=True)
    world.body("status/answer", lambda _: {"status": "disconnected"})
    assert state(world, "CON-34") == "not_exercised"


def test_escapes_are_no_breach_and_prove_nothing(state):
    escaped = complete().draft("6/published").payload.replace(b"&", b"\\u0026")
    assert state(complete().bend("6/published", payload=escaped), "CON-26") == "not_exercised"
    assert state(complete().bend("6/published", payload=escaped), "CON-24") == "pass"


def test_a_url_without_such_characters_is_not_judged(state):
    plain = URL.replace("&", "-")
    world = complete().body("5", lambda b: b.update(payload=plain))
    assert state(world.body("6/published", lambda b: b.update(content=plain)), "CON-26") == "not_exercised"


def test_what_another_request_was_answered_is_no_message_after_a_404(state):
    alike = {"metadata": {"a": "b"}}
    world = asked_by_the_kit("another").body("ask", lambda b: b.update(alike))
    world = world.body("sent", lambda b: b.update(alike, message_id=MESSAGE[:-2] + "77"))
    assert state(world, "CON-03") == "fail"
    path = f"/api/cloud-connector/v2/connections/{HOST}/message"
    again = request("hopcheck>cloud-connector", "POST", path, "x2", body=alike)
    answered = World().add("again", again)
    answered.add("again/answer", response(again, 201, {"id": MESSAGE[:-2] + "77"}, content_type="application/json"))
    assert state(world.insert(answered, before="closed"), "CON-03") == "pass"
