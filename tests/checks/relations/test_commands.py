from dataclasses import replace

import pytest
from checks_scenes import complete
from checks_world import DISPATCHER, WHEN, WORKER, WORKER_PATH, World, dbus, kit, mqtt, publish

from hopcheck.trace import Trace

SECOND = 1_000_000_000
COMMAND = "0d5ac1de-0000-4000-8000-00000000c0de"
RUN = "0d5ac1de-0000-4000-8000-00000000beef"
YGGDRASIL = "com.redhat.Yggdrasil1"
BUS = "org.freedesktop.DBus"


def command(name, message_id=COMMAND, **arguments):
    content = {"command": name, "arguments": arguments, "message": ""}
    body = {"type": "command", "message_id": message_id, "version": 1, "sent": WHEN, "content": content}
    return publish("host", "broker", "rhc", "control/in", body, 7)


def faced(**drafts):
    """A good run, then these of its host."""
    late = World()
    for tag, draft in drafts.items():
        late.add(tag, draft)
    return complete().insert(late, before="closed")


def pong(response_to=COMMAND):
    body = {
        "type": "event",
        "message_id": "p",
        "response_to": response_to,
        "version": 1,
        "sent": WHEN,
        "content": "pong",
    }
    return publish("host", "rhc", "broker", "control/out", body, 8)


def told_on_bus(event):
    path = "/com/redhat/Yggdrasil1/Dispatcher1"
    return dbus("signal", f"{YGGDRASIL}.Dispatcher1", "Event", [event], DISPATCHER, None, path, "u")


def listed(op):
    ends = (WORKER, "org.freedesktop.DBus") if op == "call" else (BUS, WORKER)
    return dbus(op, YGGDRASIL, "ListWorkers", [], *ends, "/com/redhat/Yggdrasil1", "", "xl")


def gone():
    return dbus("signal", BUS, "NameOwnerChanged", [YGGDRASIL, ":1.2", ""], BUS, None, "/org/freedesktop/DBus", "sss")


def cancel(*args):
    ends = (DISPATCHER, WORKER, WORKER_PATH)
    return dbus("call", f"{YGGDRASIL}.Worker1", "Cancel", list(args), *ends, "sss", "xc")


def again():
    """rhc connects once more."""
    return complete().draft("1")


def disconnected():
    return faced(
        ask=command("disconnect"),
        event=told_on_bus(1),
        leave=mqtt("DISCONNECT", "host", "rhc", "broker"),
        call=listed("call"),
        answer=listed("return"),
    )


def reconnected(delay="0"):
    return faced(ask=command("reconnect", delay=delay), back=again())


def cancelled():
    asked = command("cancel", directive="rhc-worker-playbook", messageID=RUN)
    return faced(ask=asked, cancel=cancel("rhc_worker_playbook", COMMAND, RUN))


def cancelled_in_part():
    return faced(ask=command("cancel", directive="rhc-worker-playbook"), pong=pong("another"))


def not_understood():
    return faced(
        ask=command("dance"),
        ping=command("ping", "p-1"),
        pong=pong("p-1"),
        settling=kit("settling"),
        end=mqtt("closed", "host", "rhc", "broker", by="client", clean=False),
    )


def args(tag, *values):
    return lambda w: w.bend(tag, args=list(values))


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-019", disconnected, lambda w: w.without("leave")),
        ("H-019", disconnected, lambda w: w.without("event")),
        ("H-019", disconnected, args("event", 2)),
        ("H-019", disconnected, lambda w: w.bend("answer", op="error", error_name=f"{BUS}.Error.ServiceUnknown")),
        ("H-019", disconnected, lambda w: w.add("gone", gone())),
        ("H-020", reconnected, lambda w: w.body("ask", lambda b: b["content"]["arguments"].update(delay="5"))),
        ("H-022", cancelled, lambda w: w.without("cancel")),
        ("H-022", cancelled, lambda w: w.repeat("cancel", "twice")),
        ("H-022", cancelled, args("cancel", "rhc_worker_playbook", RUN, COMMAND)),
        ("H-023", cancelled_in_part, lambda w: w.add("cancel", cancel("rhc_worker_playbook", COMMAND, ""))),
        ("H-023", cancelled_in_part, lambda w: w.body("pong", lambda b: b.update(response_to=COMMAND))),
        ("H-024", not_understood, lambda w: w.move("end", before="pong")),
        ("H-024", not_understood, lambda w: w.move("end", before="settling")),
        ("H-024", not_understood, lambda w: w.add("answer", pong())),
        ("H-024", not_understood, lambda w: w.add("answer", pong("another"))),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


@pytest.mark.parametrize("body", [None, [], {"type": "request"}, {"type": "command", "content": "dance"}])
def test_whatever_says_no_command_is_not_understood(state, body):
    world = not_understood().bend("ask", payload=publish("host", "broker", "rhc", "control/in", body, 7).payload)
    assert state(world, "H-024") == "pass"
    assert state(world.without("settling"), "H-024") == "fail"


def test_a_session_that_the_kit_ends_goes_on_until_then(state):
    world = not_understood().without("pong")
    assert state(world.insert(World().add("settling", kit("settling")), before="end"), "H-024") == "pass"


def test_a_host_that_the_kit_ends_has_obeyed_all_the_same(state):
    world = disconnected().add("settling", kit("settling")).add("gone", gone())
    assert state(world, "H-019") == "pass"


def test_a_host_that_is_told_to_leave_leaves_over_nothing_else(state):
    world = not_understood().without("settling")
    assert state(world.insert(World().add("bye", command("disconnect")), before="end"), "H-024") == "pass"


@pytest.mark.parametrize(("seconds", "found"), [(4, "not_exercised"), (60, "fail")])
def test_a_host_that_stays_away_is_missed_in_time(judge, seconds, found):
    world = reconnected("1").without("back")
    at = world.seq("ask")
    later = [e if e.seq <= at else replace(e, t=e.t + seconds * SECOND) for e in world.events()]
    assert judge.judge(Trace(later)).clauses["H-020"].state == found


def test_a_time_that_is_none_is_no_time_to_keep(state):
    world = reconnected("soon")
    assert state(world, "H-020") == "not_exercised"


@pytest.mark.parametrize("arguments", [{}, {"delay": "soon"}])
def test_who_is_told_no_time_may_not_come_back(judged, arguments):
    world = faced(ask=command("reconnect", **arguments))
    assert judged(world).clauses["H-021"].state == "pass"
    verdict = judged(world.add("back", again()))
    assert [(f.level, f.role) for f in verdict.findings if f.clause == "H-021"] == [("QUIRK", "rhc")]


@pytest.mark.parametrize("delay", ["5", "+5", "-5"])
def test_a_whole_number_is_a_time(state, delay):
    assert state(faced(ask=command("reconnect", delay=delay)), "H-021") == "not_exercised"


def test_other_hosts_calls_are_no_effect(state):
    world = cancelled_in_part().add("cancel", cancel("rhc_worker_playbook", COMMAND, ""))
    assert state(world.bend("cancel", host="another"), "H-023") == "pass"
