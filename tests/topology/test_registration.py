import json

import pytest

from hopcheck.topology.identity import Identity
from hopcheck.topology.process import StartError
from hopcheck.topology.registration import WORKER_NAMES, worker_listed, worker_registered
from hopcheck.trace import Event, Payload, Trace

WEB = Identity.new("web")
WORKER = f"{WORKER_NAMES}rhc_worker_playbook"


def changed(name=WORKER, owner=":1.7", host=WEB.client_id, op="signal", member="NameOwnerChanged"):
    attrs = {"member": member, "args": [name, "", owner]}
    return Event(1, 1, 1, "", "dbus", "rhc<>rhc-worker-playbook", "dbus", op, "bus", "", None, host, attrs, None)


def test_an_owner_of_the_name_on_that_host_is_what_is_waited_for():
    assert worker_registered(Trace([changed()]), WEB, timeout=0).attrs["args"][2] == ":1.7"


@pytest.mark.parametrize(
    "other",
    [
        changed(owner=""),
        changed(name="com.redhat.Yggdrasil1"),
        changed(host="another"),
        changed(op="call"),
        changed(member="NameAcquired"),
    ],
)
def test_anything_else_is_not_the_worker_and_the_error_names_whom_was_waited_for(other):
    with pytest.raises(StartError, match="the playbook worker of web to own its bus name") as raised:
        worker_registered(Trace([other]), WEB, timeout=0)
    assert raised.value.role == "rhc-worker-playbook"


def status(dispatchers, source="rhc", host=WEB.client_id):
    body = Payload(json.dumps({"content": {"state": "online", "dispatchers": dispatchers}}).encode())
    return Event(1, 1, 1, "", "mqtt", "rhc<>cloud-connector", "mqtt", "PUBLISH", source, "broker", None, host, {}, body)


@pytest.mark.parametrize("name", ["rhc-worker-playbook", "rhc_worker_playbook"])
def test_a_worker_that_nobody_sees_register_is_there_once_the_host_lists_it(name):
    assert worker_listed(Trace([status({name: None})]), WEB, timeout=0).op == "PUBLISH"


@pytest.mark.parametrize(
    "other", [status({}), status(None), status({"a": {}}, source="broker"), status({"a": {}}, host="x")]
)
def test_a_host_without_workers_is_waited_for(other):
    with pytest.raises(StartError, match="rhc of web to tell of its playbook worker"):
        worker_listed(Trace([other]), WEB, timeout=0)
