from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from hopcheck.topology.caller import Answer
from hopcheck.topology.given import GIVEN
from hopcheck.topology.given.remediations import DISPATCH, TO_DISPATCHER, dispatches
from hopcheck.topology.identity import Identity
from hopcheck.trace import TraceTimeout


class Scene:
    """Takes down what is done on it, in order."""

    def __init__(self, status=201):
        self.log = []
        self.status = status
        self.settings = SimpleNamespace(org_id="7", account="1")
        self.trace = SimpleNamespace(tail=lambda: "the tail")
        self.user = self

    def guest(self):
        identity = Identity.new("guest")
        return SimpleNamespace(
            identity=identity,
            client_id=identity.client_id,
            status=lambda state: {"state": state},
            say=lambda message: self.log.append(("says", message)),
        )

    def plan(self, name, cast, *, auto_reboot):
        self.log.append(("plan", auto_reboot))
        return "p"

    def ask(self, role, method, path, **request):
        self.log.append((role, method, path))
        return Answer(self.status, b'{"id": "r"}')

    def cancel(self, plan, run):
        self.log.append(("cancel", plan, run))

    def wait(self, matches, what):
        self.log.append(("waits", matches))

    def until_connected(self, guest, connected):
        self.log.append(("connected", connected))

    @contextmanager
    def held(self, edge, matches):
        self.log.append(("holds", edge))
        yield
        self.log.append(("lets go", edge))


EXECUTE = ("remediations", "POST", "/api/remediations/v1/remediations/p/playbook_runs")


def test_a_run_of_a_plan():
    scene = Scene()
    given = GIVEN["a run of a plan"](scene)
    assert (set(given), given["plan"], given["run"]) == ({"plan", "run", "system"}, "p", "r")
    assert scene.log == [("plan", False), EXECUTE]


def test_a_run_that_does_not_begin_is_an_error():
    with pytest.raises(TraceTimeout, match="execute was answered"):
        GIVEN["a run of a plan"](Scene(422))


def test_the_user_cancels_what_runs():
    scene = Scene()
    assert GIVEN["a user of the UI who cancels a run"](scene) is None
    assert scene.log[-1] == ("cancel", "p", "r")


def test_the_host_is_gone_before_the_work_request_goes_on():
    scene = Scene()
    GIVEN["a host that goes away between connection status and dispatch"](scene)
    # Execute is asked beside the rest: it is answered only once the work request went on.
    assert EXECUTE in scene.log
    rest = [entry for entry in scene.log if entry not in (EXECUTE, ("plan", False))]
    assert [entry[0] for entry in rest] == ["holds", "waits", "says", "connected", "lets go"]
    assert rest[3] == ("connected", False)
    payload = SimpleNamespace(text='[{"url": "https://x/p/playbook"}]')
    request = SimpleNamespace(edge=TO_DISPATCHER, op="request", attrs={"path": DISPATCH}, payload=payload)
    assert rest[1][1](request)
    assert not rest[1][1](SimpleNamespace(**{**vars(request), "payload": None}))


@pytest.mark.parametrize(
    ("changes", "right"),
    [({}, True), ({"edge": "a>b"}, False), ({"op": "response"}, False), ({"attrs": {"path": "/"}}, False)],
)
def test_what_is_a_dispatch(changes, right):
    event = {"edge": TO_DISPATCHER, "op": "request", "attrs": {"path": DISPATCH}, **changes}
    assert dispatches(SimpleNamespace(**event)) is right


def test_a_plan_that_reboots_and_the_host_that_it_is_for():
    scene = Scene()
    given = GIVEN["a plan with auto-reboot"](scene)
    assert scene.log == [("plan", True)]
    whose = json.loads(base64.b64decode(given["owner"]))["identity"]
    assert (whose["type"], whose["org_id"], given["plan"]) == ("System", "7", "p")
