import pytest
from checks_scenes import complete, failing
from checks_world import HOST, PLAN, URL

from hopcheck.checks.instance import expectation


def read(told, world):
    return told(world).history.kit("expect")[0]


def test_expectation_is_read(told):
    found = expectation(read(told, complete().bend("expect", fault="cut", repeatable=[13])))
    assert (found.plan, found.client_id, found.outcome, found.label) == (PLAN, HOST, "complete", "the run")
    assert (found.uploads, found.passes, found.fault, found.repeatable, found.order) == (1, 2, "cut", (13,), 1)


def test_expectation_names_plan_host_and_outcome(told):
    with pytest.raises(KeyError):
        expectation(read(told, complete().bend("expect", run_key={"plan": PLAN})))


def test_instance_tells_what_was_seen(told):
    world = complete()
    read = told(world)
    (instance,) = read.attribution.instances
    assert instance.url == URL
    assert instance.running(read.history.at(world.seq("22")))
    assert not instance.running(read.history.at(world.seq("30:u2")))
    assert instance.run.last_shown["status"] == "success"


def test_upload_that_tells_the_end_is_final_without_an_exit(told):
    assert told(failing().without("24")).attribution.instances[0].final.key == "u2"


def test_upload_after_the_exit_is_final_whatever_it_tells(told):
    world = complete()
    world.bend("25:u2", payload=world.draft("17:u1").payload)
    assert told(world).attribution.instances[0].final.key == "u2"


def test_upload_during_the_run_is_not_final(told):
    world = complete().without("25:u2", "T:u2")
    assert told(world).attribution.instances[0].final is None


def test_no_upload_is_final_while_the_run_and_its_message_last(told):
    assert told(complete().without("24")).attribution.instances[0].final.key == "u2"
    assert told(complete().without("24", "END")).attribution.instances[0].final is None


@pytest.mark.parametrize(
    ("goes_on", "gone", "final"), [(False, ["END"], "u1"), (True, ["END"], None), (True, [], "u1")]
)
def test_one_that_tells_the_end_before_the_exit_may_be_followed_by_another_until_end(told, goes_on, gone, final):
    world = complete()
    world.bend("17:u1", payload=world.draft("25:u2").payload)
    (instance,) = told(world.without("25:u2", "T:u2", *gone)).attribution.instances
    instance.goes_on = goes_on
    assert (instance.final and instance.final.key) == final
