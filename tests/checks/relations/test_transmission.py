import pytest
from checks_scenes import complete
from checks_world import DISPATCHER, WHEN, World, dbus, owned, publish

GUEST, PATH = ":1.9", "/com/redhat/Yggdrasil1/Dispatcher1"
GUEST_NAME = "com.redhat.Yggdrasil1.Worker1.hopcheck_guest"
INTERFACE = "com.redhat.Yggdrasil1.Dispatcher1"
ID, RUN = "0d5ac1de-0000-4000-8000-00000000da7a", "0d5ac1de-0000-4000-8000-00000000beef"
CONTENT = b'{"share": 1.0}'


def args(world, tag, place, value):
    changed = list(world.draft(tag).attrs["args"])
    changed[place] = value
    return world.bend(tag, args=changed)


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("H-037", lambda w: args(w, "T:u1", 0, "https://cert.example/elsewhere")),
        ("H-037", lambda w: args(w, "T:u1", 3, {"Content-Type": "text/plain"})),
        ("H-037", lambda w: args(w, "T:u1/answer", 0, 201)),
        ("H-037", lambda w: args(w, "T:u1/answer", 1, {})),
        ("H-037", lambda w: args(w, "T:u1/answer", 1, {"Content-Type": "text/plain"})),
        ("H-037", lambda w: w.bend("17:u1/answer", payload=b"{}")),
        ("H-058", lambda w: w.without("T:u1", "T:u1/answer")),
        ("H-058", lambda w: args(w, "T:u1", 2, "another")),
        ("H-058", lambda w: w.without("17:u1", "17:u1/answer")),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


def transmitted(op, *result):
    args = ["hopcheck-guest", ID, RUN, {"kind": "report"}, CONTENT]
    asked = World().add(
        "call", dbus("call", INTERFACE, "Transmit", args, GUEST, DISPATCHER, PATH, "sssa{ss}ay", "x", CONTENT)
    )
    answer = dbus(op, INTERFACE, "Transmit", list(result), DISPATCHER, GUEST, PATH, "ia{ss}ay" if result else "", "x")
    return asked.add("answer", answer)


def stranger():
    world = transmitted("error").bend("answer", error_name=f"{INTERFACE}.Transmit", signature="s", args=["no"])
    return complete().insert(world, before="closed")


def published():
    """A worker without remote content transmits something."""
    ask, properties = ["com.redhat.Yggdrasil1.Worker1", "RemoteContent"], "org.freedesktop.DBus.Properties"
    path = "/com/redhat/Yggdrasil1/Worker1/hopcheck_guest"
    world = World().add("own", owned(GUEST_NAME, GUEST, "xo"))
    world.add("wants", dbus("call", properties, "Get", ask, DISPATCHER, GUEST, path, "ss", "xw"))
    world.add("wanted", dbus("return", properties, "Get", [False], GUEST, DISPATCHER, path, "v", "xw"))
    world.steps += transmitted("return", 0, {}, b"").steps
    body = {"type": "data", "message_id": ID, "response_to": RUN, "version": 1, "sent": WHEN}
    body |= {"directive": "hopcheck-guest", "metadata": {"kind": "report"}, "content": {"share": 1.0}}
    world.add("out", publish("host", "rhc", "broker", "data/out", body, 8))
    return complete().insert(world, before="closed")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-036", stranger, lambda w: w.bend("answer", op="return", signature="ia{ss}ay", args=[202, {}, b""])),
        ("H-036", stranger, lambda w: w.without("answer")),
        ("H-038", published, lambda w: w.without("out")),
        ("H-038", published, lambda w: w.repeat("out", "again")),
        ("H-038", published, lambda w: w.body("out", lambda b: b.update(directive="hopcheck_guest"))),
        ("H-038", published, lambda w: w.body("out", lambda b: b.update(response_to=""))),
        ("H-038", published, lambda w: w.body("out", lambda b: b.update(content="{}"))),
        ("H-038", published, lambda w: args(w, "answer", 0, 200)),
    ],
)
def test_who_may_transmit_and_how(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_a_worker_is_no_stranger(state):
    assert state(published(), "H-036") == "not_exercised"
    assert state(complete(), "H-036") == "not_exercised"
    assert state(complete(), "H-038") == "not_exercised"
