import json
from dataclasses import replace

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.scene import Scene
from hopcheck.trace import TraceTimeout

ROLE = "cloud-connector"


def test_only_what_is_needed_is_up(stage):
    assert set(stage.topology.processes) == {"broker", ROLE}


def test_a_guest_is_a_connected_host_until_the_scene_is_over(stage):
    scene = Scene(stage)
    guest = scene.guest()
    assert scene.connection(guest.client_id).json["status"] == "connected"
    assert stage.trace.where(op="guest")[-1].attrs["client_id"] == guest.client_id
    scene.close()
    stage.trace.wait_for(
        lambda e: e.op == "DISCONNECT" and e.host == guest.client_id, what="the guest to leave", timeout=20
    )


def test_what_a_guest_says_is_nobodys(stage, scene):
    guest = scene.guest()
    own = [e for e in stage.trace if e.tap == "mqtt:guests" and e.host == guest.client_id]
    assert {e.attrs["guest"] for e in own} == {True}
    passed_on = [e for e in stage.trace if e.op == "PUBLISH" and e.target == ROLE and e.host == guest.client_id]
    assert [e.attrs["fault"] for e in passed_on] == ["said by the kit"]


def test_a_host_without_tenant_is_never_connected(scene):
    guest = scene.guest(online=False, tenant=False)
    guest.say(guest.status())
    scene.fence()
    assert scene.connection(guest.client_id).json == {"status": "disconnected"}


def test_who_waits_in_vain_is_told_the_last_answer(stage):
    scene = Scene(stage)
    scene.settings = replace(scene.settings, timeout_s=0.2)
    with pytest.raises(TraceTimeout, match=r"no sign of nobody to be connected.*disconnected"):
        scene.until(lambda: scene.connection("nobody"), lambda answer: answer.status == 299, "nobody to be connected")
    scene.close()


def test_a_role_that_was_stopped_takes_up_what_it_knew(scene):
    guest = scene.guest()
    scene.stop(ROLE)
    scene.start(ROLE)
    assert scene.connection(guest.client_id).json["status"] == "connected"


def test_a_case_is_played_once_and_what_it_changed_is_undone(stage, scene):
    case = Judge(CONTRACTS).cases.by_id["a message to an unknown host"]
    undone = []
    scene.afterwards(lambda: undone.append(True))
    scene.play([case, case])
    assert [e.attrs["case"] for e in stage.trace.where(op="case")][-1] == case.id
    asked = [e for e in stage.trace if e.op == "request" and ["x-hopcheck-case", case.id] in e.attrs["headers"]]
    assert len(asked) == 1
    assert undone == [True]


def test_a_host_is_told_something_in_the_connectors_place(stage, scene):
    guest = scene.guest()
    before = len(guest.messages)
    scene.tell_host(guest.identity, json.dumps({"type": "command"}).encode())
    assert guest.heard(before + 1)[-1] == {"type": "command"}
