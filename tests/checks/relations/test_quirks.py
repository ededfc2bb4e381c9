import pytest
from checks_scenes import BASE, RD, UI, complete, listed, planned, viewed
from checks_world import PLAN, RUN, SIGNED, World, identity, request, response

USER = {"x_rh_identity": identity(), "x_rh_insights_request_id": "rid-cancel"}
CHECK_IN = (
    "- name: run insights\n  hosts: localhost\n  vars: {insights_signature: x, insights_signature_exclude: /hosts}\n"
)


@pytest.fixture
def found(judged):
    def find(world, clause):
        verdict = judged(world)
        return verdict.clauses[clause].state, [f.got for f in verdict.findings if f.clause == clause]

    return find


def cancelled(edge=UI):
    path = f"{BASE}/{PLAN}/playbook_runs/{RUN}/cancel"
    outer = request(edge, "POST", path, "cancel", **USER)
    item = {"run_id": RUN, "org_id": "1", "principal": "tester"}
    inner = request(RD, "POST", "/internal/v2/cancel", "inner", body=[item], authorization="PSK abcdefgh", **USER)
    world = World().add("cancel", outer).add("inner", inner)
    world.add("inner/answer", response(inner, 207, [{"code": 404, "run_id": RUN}]))
    return complete().insert(world.add("cancel/answer", response(outer, 202, {})), before="closed")


@pytest.mark.parametrize("edge", [UI, "hopcheck>remediations"])
def test_a_cancel_names_the_run_of_remediations(found, edge):
    assert found(complete(), "OBS-06") == ("not_exercised", [])
    assert found(cancelled(edge), "OBS-06") == ("pass", [])
    other = cancelled(edge).body("inner", lambda b: b[0].update(run_id=PLAN))
    assert found(other, "OBS-06") == ("not_exercised", [str([PLAN])])
    assert found(cancelled(edge).without("inner", "inner/answer"), "OBS-06")[1] == ["[]"]
    assert found(cancelled(edge).bend("cancel/answer", status=200), "OBS-06")[1] == ["200 {}"]
    unknown = cancelled(edge).bend("cancel/answer", status=404)
    assert found(unknown, "OBS-06")[1] == ["404 {}"], "the dispatcher was asked"
    assert found(unknown.without("inner", "inner/answer"), "OBS-06") == ("not_exercised", [])


def test_a_cancel_in_the_ui_is_no_arrow(judged):
    assert not [f for f in judged(cancelled()).findings if f.kind == "unmapped"]


def test_execute_succeeds_though_all_was_refused(found):
    assert found(complete(), "OBS-07") == ("not_exercised", []), "something was taken"
    world = complete().body("4/answer", lambda _: [{"code": 404, "message": "Receipient not found"}])
    assert found(world, "OBS-07") == ("pass", [])
    assert found(world.bend("3/answer", status=422), "OBS-07") == ("not_exercised", ["422"])


def test_a_system_may_lag_behind_the_list(found):
    assert found(viewed(), "OBS-09") == ("not_exercised", []), "no list came before"

    def shown(status):
        single = viewed().only(lambda tag: tag in ("7:view", "8:view", "9:view", "10:view"))
        single = single.other({"rid-view": "rid-single"}, "'").body("10:view'", lambda b: b.update(status=status))
        return listed().insert(single, before="closed")

    for status, got in (("success", []), ("pending", []), ("running", ["running"]), ("failure", ["failure"])):
        assert found(shown(status), "OBS-09")[1] == got, status
    earlier = shown("success").body("10:view", lambda b: b["data"][0].update(status="running"))
    assert found(earlier, "OBS-09") == ("pass", [])


def test_auto_reboot_leaves_the_check_in_out(found):
    def reboots(world, value=True):
        return world.body("plan", lambda b: b.update(auto_reboot=value))

    closing = (SIGNED + CHECK_IN).encode()
    assert found(planned(), "OBS-10") == ("not_exercised", []), "it does not reboot by itself"
    assert found(reboots(planned()), "OBS-10") == ("pass", [])
    assert found(reboots(planned()).bend("12", payload=closing), "OBS-10") == ("not_exercised", ["1"])
    assert found(reboots(planned(), False).bend("12", payload=closing), "OBS-10") == ("not_exercised", [])
    unsaid = planned().body("plan", lambda b: b.pop("auto_reboot") and None)
    assert found(unsaid, "OBS-10") == ("pass", []), "it does where nobody says otherwise"
