from checks_scenes import busy, complete, two_hosts
from checks_world import HOST, PLAN, World, kit


def test_expectations_meet_runs_in_order(told):
    instances = told(busy()).attribution.instances
    assert [each.expectation.outcome for each in instances] == ["complete", "busy"]


def test_expected_host_without_a_work_request_has_an_instance(told):
    extra = (
        complete()
        .only(lambda tag: tag == "expect")
        .bend("expect", run_key={"plan": PLAN, "client_id": "away"}, outcome="not_connected")
        .other({}, "'")
    )
    away = told(complete().insert(extra, before="stimulus")).attribution.instances[1]
    assert (away.host, away.item, away.run.plan) == ("away", None, PLAN)


def test_run_without_work_request_or_expectation_is_an_instance(told):
    world = complete().without("4", "4/answer", "expect")
    assert [each.host for each in told(world).attribution.instances] == [""]


def test_stream_names_its_owner_before_transmit_does(told):
    world = complete()
    args = list(world.draft("T:u1").attrs["args"])
    args[2] = "another"
    assert len(told(world.bend("T:u1", args=args)).attribution.instances[0].uploads) == 2


def test_final_upload(told):
    def final(world):
        last = told(world).attribution.instances[0].final
        return None if last is None else last.key

    assert final(complete()) == "u2"
    assert final(complete().without("END")) == "u2"
    assert final(complete().without("25:u2", "T:u2")) is None


def test_sessions_belong_to_their_host(told):
    first, second = told(two_hosts()).attribution.instances
    assert first.sessions[0].host == HOST
    assert second.sessions[0].host == second.host


def test_nothing_gives_nothing(told):
    assert told(World().add("closed", kit("closed"))).attribution.instances == []
