import pytest
from checks_scenes import complete, failed, two_hosts, viewed
from checks_world import INVENTORY

from hopcheck.checks.relations.records import console

OTHER = INVENTORY[:-1] + "0"


def shown(tag="9h:p1", **changes):
    return lambda w: w.body(tag, lambda b: b["data"][0].update(changes))


def more(tag="9h:p1", **changes):
    def bend(body):
        body["data"].append({**body["data"][0], **changes})
        body["meta"] = {"count": 2, "total": 2}

    return lambda w: w.body(tag, bend)


def none(tag="9h:p1"):
    return lambda w: w.body(tag, lambda b: b.update(data=[], meta={"count": 0, "total": 0}))


def asked(world, *pairs, tag="8h:p1"):
    return world.bend(tag, query=[*world.draft(tag).attrs["query"], *map(list, pairs)])


def with_inventory():
    """A good run whose hosts are listed with their inventory ids when an upload has come."""
    world = asked(complete(), ("fields[data]", "host,run,status,inventory_id"), tag="8h:p3")
    return shown("9h:p3", inventory_id=INVENTORY)(world)


def unnamed():
    """A good run whose item names its host by inventory id alone."""
    world = complete().body("4", lambda b: b[0].update(hosts=[{"inventory_id": INVENTORY}]))
    return shown(host=INVENTORY)(world)


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-015", complete, shown(host="host.example")),
        ("SRV-015", complete, shown(status="success")),
        ("SRV-015", complete, more(host="another")),
        ("SRV-015", complete, none()),
        ("SRV-015", unnamed, shown(host="localhost")),
        ("SRV-085", complete, more("9h:p3")),
        ("SRV-085", with_inventory, shown("9h:p3", inventory_id=OTHER)),
        ("SRV-085", with_inventory, lambda w: w.body("9h:p3", lambda b: b["data"][0].pop("inventory_id") and None)),
        ("SRV-087", viewed, shown("9:view", stdout="another")),
        ("SRV-087", viewed, shown("9:view", stdout="ok\n")),
        ("SRV-087", viewed, shown("9:view", stdout="")),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(none()(asked(complete(), ("filter[status]", "success"))), id="another status was asked for"),
        pytest.param(none()(asked(complete(), ("filter[run][labels][more]", "x"))), id="another label"),
        pytest.param(
            complete().body("9h:p1", lambda b: b.update(data=[], meta={"count": 0, "total": 1})), id="another page"
        ),
        pytest.param(complete().body("4", lambda b: b[0].pop("hosts") and None), id="no hosts in the item"),
        pytest.param(complete().move("9h:p1", before="closed"), id="answered when an upload had come"),
    ],
)
def test_pages_that_need_not_have_the_record_are_not_judged(judged, world):
    assert [f for f in judged(world).findings if f.clause == "SRV-015"] == []


@pytest.mark.parametrize("clause", ["SRV-015", "SRV-085"])
def test_a_page_may_have_hosts_of_several_runs(state, clause):
    """Both runs of the plan call their host localhost."""
    assert state(two_hosts(), clause) == "pass"


def test_a_run_that_is_overdue_is_no_breach_of_its_dispatch(state):
    assert state(shown(status="timeout")(complete()), "SRV-015") == "pass"


def test_a_log_of_an_upload_before_the_last_will_do_while_the_run_lasts(state):
    """The consumer has its own pace; only once the run is said to have ended it must have seen the end."""
    world = shown("9:view", stdout="")(viewed())
    early = viewed().only(lambda tag: tag.endswith(":view"))
    shown("9:view", stdout="")(early)
    assert state(world, "SRV-087") == "fail"
    assert state(complete().insert(early, before="T:u2"), "SRV-087") == "not_exercised"


def test_a_host_that_no_upload_tells_of_has_an_empty_log(judged):
    world = shown("9:view", host="host.example", stdout="")(viewed())
    assert [f for f in judged(world).findings if f.clause == "SRV-087"] == []


def test_the_log_of_a_run_without_uploads_is_empty(state):
    early = viewed().only(lambda tag: tag.endswith(":view"))
    assert state(complete().insert(early, before="T:u1"), "SRV-087") == "fail"


def line(counter, stdout, start=0, end=0, **more):
    return {"event": "verbose", "counter": counter, "stdout": stdout, "start_line": start, "end_line": end, **more}


@pytest.mark.parametrize(
    ("events", "logs"),
    [
        ([], {""}),
        ([line(2, "b"), line(1, "a")], {"ab"}),
        ([line(1, "a", 0, 1), line(2, "b", 1, 1)], {"a\nb"}),
        ([line(1, None, 3, 4), "no event"], {"\n"}),
        ([line(1, "a"), *failed("X")[1:]], {"a\nso"}),
        ([line(1, "a", 0, 1), *failed("X")[1:]], {"a\nso", "a\n\nso"}),
        (failed("X"), {"so", "\nso"}),
    ],
)
def test_a_log_is_put_together_from_events(events, logs):
    assert console(events) == logs
