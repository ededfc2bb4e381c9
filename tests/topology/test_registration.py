import pytest

from hopcheck.topology.identity import Identity
from hopcheck.topology.process import StartError
from hopcheck.topology.registration import WORKER_NAMES, worker_registered
from hopcheck.trace import Event, Trace

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
