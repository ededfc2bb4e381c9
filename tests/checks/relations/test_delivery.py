import json
from hashlib import sha256

import pytest
from checks_scenes import complete
from checks_world import DISPATCHER, HOST, WHEN, World, dbus, kit, owned, publish, request, response

from hopcheck.checks.relations.delivery import raw

GUEST, GUEST_PATH = ":1.9", "/com/redhat/Yggdrasil1/Worker1/hopcheck_guest"
GUEST_NAME = "com.redhat.Yggdrasil1.Worker1.hopcheck_guest"
ID = "0d5ac1de-0000-4000-8000-00000000da7a"
PLAYBOOK = "/api/remediations/v1/remediations/0d5ac1de-0000-4000-8000-0000000000ab/playbook?hosts=h&localhost"
CONTENT = b'{ "share" : 1.0 }'
DATA_HOST = "gateway.example:8443"


def data(content=CONTENT, directive="hopcheck-guest", **metadata):
    envelope = {"type": "data", "message_id": ID, "response_to": "", "version": 1, "sent": WHEN}
    body = json.dumps({**envelope, "directive": directive, "metadata": metadata}).encode()
    draft = publish("host", "broker", "rhc", "data/in", None, 7)
    draft.payload = body[:-1] + b', "content": ' + content + b"}"
    return draft


def wants(remote_content):
    ask = ["com.redhat.Yggdrasil1.Worker1", "RemoteContent"]
    properties = "org.freedesktop.DBus.Properties"
    call = dbus("call", properties, "Get", ask, DISPATCHER, GUEST, GUEST_PATH, "ss", "xw")
    told = dbus("return", properties, "Get", [remote_content], GUEST, DISPATCHER, GUEST_PATH, "v", "xw")
    return World().add("wants", call).add("wanted", told)


def dispatched(content=CONTENT):
    args = ["hopcheck_guest", ID, "", {}, content]
    return dbus(
        "call",
        "com.redhat.Yggdrasil1.Worker1",
        "Dispatch",
        args,
        DISPATCHER,
        GUEST,
        GUEST_PATH,
        "sssa{ss}ay",
        "xd",
        content,
    )


def transmitted(url):
    args = [url, "0d5ac1de-0000-4000-8000-00000000abc1", ID, {}, b"x"]
    path = "/com/redhat/Yggdrasil1/Dispatcher1"
    return dbus("call", "com.redhat.Yggdrasil1.Dispatcher1", "Transmit", args, GUEST, DISPATCHER, path, "sssa{ss}ay")


def answered():
    body = {"type": "data", "message_id": "a", "response_to": ID, "version": 1, "sent": WHEN, "content": 1}
    return publish("host", "rhc", "broker", "data/out", {**body, "directive": "", "metadata": {}}, 8)


def faced(message, *, remote_content=False, **more):
    """A good run, then the kit's worker and a message for it."""
    late = World().add("own", owned(GUEST_NAME, GUEST, "xo")).add("ask", message)
    late.steps += wants(remote_content).steps
    for tag, draft in more.items():
        late.add(tag, draft)
    return complete().insert(late, before="closed")


def verbatim():
    return faced(data(), call=dispatched())


def numbers():
    return faced(data(attempt=1)).bend("ask", fault="said by the kit")


def nobodys():
    return faced(data(directive="hopcheck-nobody"))


def fetched(data_host=DATA_HOST, status=404, **more):
    get = request("rhc>remediations", "GET", PLAYBOOK, "xg", host=HOST)
    get.attrs["headers"][0] = ["host", data_host]
    url = json.dumps(f"https://elsewhere.example{PLAYBOOK}").encode()
    answer = response(get, status, {"errors": []})
    return faced(data(url), remote_content=True, get=get, answer=answer, **more)


def configured():
    setting = kit("configured", client_id=HOST, data_host=DATA_HOST)
    post = request("rhc>ingress", "POST", "/api/ingress/v1/upload", "xp", body=b"x", host=HOST)
    post.attrs["headers"][0] = ["host", DATA_HOST]
    url = "https://elsewhere.example/api/ingress/v1/upload"
    world = fetched(setting=setting, transmit=transmitted(url), post=post)
    # What came before the setting was asked elsewhere.
    return world.only(lambda tag: not tag.startswith(("T:", "6", "17:", "25:")))


def error():
    return fetched(call=dispatched(b'{"errors": []}'))


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-025", numbers, lambda w: w.add("call", dispatched())),
        ("H-027", nobodys, lambda w: w.add("call", dispatched())),
        ("H-027", nobodys, lambda w: w.add("out", answered())),
        ("H-030", configured, lambda w: w.without("get", "answer")),
        ("H-030", configured, lambda w: w.bend("get", headers=[["host", "elsewhere.example"]])),
        ("H-030", configured, lambda w: w.bend("get", attrs={"target": PLAYBOOK.partition("?")[0]})),
        ("H-030", configured, lambda w: w.without("post")),
        ("H-033", verbatim, lambda w: w.bend("call", payload=b'{"share":1.0}')),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_numbers_in_metadata_are_blamed_on_who_hands_them_over(judged):
    verdict = judged(numbers().add("call", dispatched()))
    assert [f.role for f in verdict.findings if f.clause == "H-025"] == ["rhc"]


def test_metadata_of_a_message_that_was_handed_over_is_seen(state):
    assert state(complete(), "H-025") == "pass"


def test_a_worker_that_the_bus_may_start_is_somebody(state):
    bus = "org.freedesktop.DBus"
    listed = dbus("return", bus, "ListActivatableNames", [[GUEST_NAME]], bus, DISPATCHER, "/", "as", "xl")
    world = faced(data()).without("own").add("listed", listed)
    assert state(world, "H-027") == "not_exercised"
    assert state(world.without("listed"), "H-027") == "pass"


def test_an_error_that_is_dropped_fails_nothing(judged):
    assert judged(error()).clauses["H-031"].state == "pass"
    verdict = judged(error().without("call"))
    assert [(f.level, f.role) for f in verdict.findings if f.clause == "H-031"] == [("QUIRK", "rhc")]


def test_content_that_was_fetched_is_another_matter(state):
    assert state(faced(data(), remote_content=True, call=dispatched(b"fetched")), "H-033") == "not_exercised"


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b'{"a":1,"content":"x"}', b'"x"'),
        (b' { "content" : [1,\n 2] , "a": {} } ', b"[1,\n 2]"),
        (b'{"a": {"content": 1}}', None),
        (b"[]", None),
        (b"{", None),
        (b"", None),
    ],
)
def test_the_text_of_a_member(payload, found):
    message = publish("host", "broker", "rhc", "data/in", None, 7)
    message.payload = payload
    [event] = World().add("message", message).events()
    assert raw(event, "content") == found


def test_a_digest_is_that_of_the_text(state):
    world = verbatim().bend("call", payload=None)
    changed = [*world.draft("call").attrs["args"][:4], {"bytes": 1, "sha256": sha256(CONTENT).hexdigest()}]
    assert state(world.bend("call", args=changed), "H-033") == "pass"
