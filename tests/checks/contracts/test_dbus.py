from __future__ import annotations

import pytest

EDGE = "rhc<>rhc-worker-playbook"
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
Y = "com.redhat.Yggdrasil1"
WORKER = "rhc_worker_playbook"
DATA = {"bytes": 3, "sha256": "x"}
METADATA = {"crc_dispatcher_correlation_id": ID, "return_url": "https://h", "response_interval": "30"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
TRANSMIT = ["https://h/upload", ID, ID, FORM, DATA]
GOOD = {
    "Worker1.Dispatch.call": ("sssa{ss}ay", [WORKER, ID, "", METADATA, DATA]),
    "Worker1.Dispatch.return": ("", []),
    "Worker1.Cancel.call": ("sss", [WORKER, ID, ID]),
    "Worker1.Event.signal": ("ussa{ss}", [1, ID, "", {}]),
    "Dispatcher1.Transmit.call": ("sssa{ss}ay", TRANSMIT),
    "Dispatcher1.Transmit.return": ("ia{ss}ay", [202, {}, DATA]),
    "Dispatcher1.Event.signal": ("u", [3]),
    "Yggdrasil1.Dispatch.call": ("ssa{ss}ay", ["echo", ID, {}, DATA]),
    "Yggdrasil1.ListWorkers.return": ("a{sa{ss}}", [{}]),
    "Yggdrasil1.MessageJournal.call": ("ssssb", ["", "", "", "", False]),
    "Yggdrasil1.WorkerEvent.signal": ("suss", [WORKER, 1, ID, ""]),
}


def addressed(message, **attrs):
    short, member, op = message.split(".")
    interface = Y if short == "Yggdrasil1" else f"{Y}.{short}"
    tail = f".{WORKER}" if short == "Worker1" else ""
    path = "/" + interface.replace(".", "/") + tail.replace(".", "/")
    signature, args = GOOD.get(message, ("", []))
    names = {"sender_names" if op in ("signal", "return") else "destination_names": [interface + tail]}
    if message == "Dispatcher1.Transmit.call":
        names["sender_names"] = [f"{Y}.Worker1.{WORKER}"]
    return {
        "path": path,
        "interface": interface,
        "member": member,
        "signature": signature,
        "args": args,
        "sender": ":1.1",
        "destination": ":1.2",
        "sender_names": [],
        "destination_names": [],
        "serial": 1,
        "reply_serial": None,
        "error_name": None,
        **names,
        **attrs,
    }


@pytest.fixture
def message(seen):
    def make(name, **attrs):
        return seen("dbus", name.rpartition(".")[2], EDGE, addressed(name, **attrs), source="sender")

    return make


@pytest.mark.parametrize("name", GOOD)
def test_good(contracts, message, name):
    event = message(name)
    assert contracts.identify(event) == f"dbus.{name}"
    assert contracts.validate(event) == []


@pytest.mark.parametrize("name", GOOD)
def test_bad_signature(contracts, message, name):
    (found,) = contracts.validate(message(name, signature="xx"))
    assert (found.place, found.role) == (f"{name.rpartition('.')[2]}.signature", "sender")
    assert bool(found.clauses) is (name != "Dispatcher1.Event.signal")
    assert found.contract.startswith("dbus/com.redhat.Yggdrasil1")


@pytest.mark.parametrize(
    ("name", "change", "place", "clauses"),
    [
        (
            "Worker1.Dispatch.call",
            {"args": ["rhc-worker-playbook", ID, "", METADATA, DATA]},
            "call.args[0]",
            ("H-026",),
        ),
        ("Worker1.Dispatch.call", {"args": [WORKER, ID, "", ["x"], DATA]}, "call.args[3]", ("H-032",)),
        ("Worker1.Dispatch.call", {"path": "/com/redhat/Yggdrasil1"}, "call.path", ("H-034",)),
        ("Worker1.Dispatch.call", {"destination_names": ["other.Name"]}, "call.name", ("H-034",)),
        ("Worker1.Cancel.call", {"args": [WORKER, ID, ""]}, "call.args[2]", ("H-022",)),
        ("Worker1.Event.signal", {"args": [6, ID, "", {}]}, "signal.args[0]", ("H-039",)),
        ("Worker1.Event.signal", {"args": [4, ID, "", {}]}, "signal.args[1]", ("H-040",)),
        (
            "Dispatcher1.Transmit.call",
            {"args": [*TRANSMIT[:3], {**FORM, "Content-Length": "1"}, DATA]},
            "call.args[3]",
            ("H-054",),
        ),
        ("Dispatcher1.Transmit.call", {"args": [*TRANSMIT[:2], "", FORM, DATA]}, "call.args[2]", ("H-058",)),
        ("Dispatcher1.Transmit.call", {"sender_names": ["some.Body"]}, "call.sender", ("H-035",)),
        ("Dispatcher1.Transmit.return", {"args": [99, {}, DATA]}, "return.args[0]", ("H-037",)),
        ("Dispatcher1.Event.signal", {"args": [9]}, "signal.args[0]", ()),
        ("Yggdrasil1.WorkerEvent.signal", {"args": ["a-b", 1, ID, ""]}, "signal.args[0]", ("H-041",)),
    ],
)
def test_bad(contracts, message, name, change, place, clauses):
    assert [(b.place, b.clauses) for b in contracts.validate(message(name, **change))] == [(place, clauses)]


def test_errors(contracts, message):
    good = message("Dispatcher1.Transmit.error", error_name=f"{Y}.Dispatcher1.Transmit", signature="s")
    assert contracts.identify(good) == "dbus.Dispatcher1.Transmit.error"
    assert contracts.validate(good) == []
    assert [b.place for b in contracts.validate(message("Dispatcher1.Transmit.error", error_name="Transmit"))] == [
        "error.name"
    ]


def test_names_not_known_to_the_monitor_are_not_judged(contracts, message):
    assert contracts.validate(message("Worker1.Dispatch.call", destination_names=[])) == []


def test_the_bus_itself(contracts, message):
    bus = "org.freedesktop.DBus"
    for interface, member, signature, name in (
        (bus, "RequestName", "su", "dbus.DBus.RequestName.call"),
        (f"{bus}.Properties", "Get", "ss", "dbus.Properties.Get.call"),
        (f"{bus}.Introspectable", "Introspect", "", "dbus.Introspectable.Introspect.call"),
        (f"{bus}.Peer", "Ping", "", "dbus.Peer.Ping.call"),
        (f"{bus}.Monitoring", "BecomeMonitor", "asu", "dbus.Monitoring.BecomeMonitor.call"),
    ):
        change = {"interface": interface, "member": member, "signature": signature, "args": [], "path": "/x"}
        event = message("Worker1.Dispatch.call", **change)
        assert contracts.identify(event) == name
        assert contracts.validate(event) == []
    wrong = message("Worker1.Dispatch.call", interface=bus, member="RequestName", signature="s", args=["x"])
    assert [b.place for b in contracts.validate(wrong)] == ["call.signature"]


@pytest.mark.parametrize(
    "interface", ["org.freedesktop.systemd1.Manager", "org.freedesktop.login1.Manager", "com.redhat.RHSM1.Entitlement"]
)
@pytest.mark.parametrize("op", ["call", "return", "error", "signal"])
def test_the_machines_own_services_are_named_and_not_checked(contracts, message, interface, op):
    event = message(f"Worker1.Dispatch.{op}", interface=interface, member="Odd", signature="xx", args=[])
    assert contracts.identify(event) == f"dbus.machine.{interface}.Odd.{op}"
    assert contracts.validate(event) == []
    assert contracts.exercised(event) == frozenset()


@pytest.mark.parametrize(
    "interface", ["com.redhat.RHSM1", "com.redhat.RHSM10.Entitlement", "com.redhat.Yggdrasil1.Odd"]
)
def test_a_prefix_ends_with_a_whole_part_of_the_name(contracts, message, interface):
    assert contracts.identify(message("Worker1.Dispatch.call", interface=interface)) is None


def test_unmapped(contracts, message):
    assert contracts.identify(message("Worker1.Sing.call")) is None
    assert contracts.identify(message("Worker1.Dispatch.call", interface=None)) is None
    assert contracts.identify(message("Worker1.Dispatch.call", interface="org.example.Other")) is None


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        ("Worker1.Dispatch.call", {}, {"H-026", "H-032", "H-034"}),
        ("Worker1.Dispatch.call", {"signature": "s"}, {"H-032"}),
        ("Worker1.Dispatch.return", {}, {"H-032"}),
        ("Worker1.Dispatch.error", {"error_name": "a.B", "signature": "sssa{ss}ay"}, {"H-032"}),
        ("Worker1.Event.signal", {"args": [4, "", "", {}]}, {"H-034", "H-039", "H-040"}),
        ("Dispatcher1.Transmit.call", {}, {"H-035", "H-037", "H-054", "H-058"}),
    ],
)
def test_exercised(contracts, message, name, change, found):
    assert contracts.exercised(message(name, **change)) == found
