from urllib.parse import urlencode

import pytest
from checks_scenes import complete
from checks_world import DISPATCHER_RUN, HOST, ORG, RUN, WHEN

LABELS = {"playbook-run": RUN}
OTHER = HOST[:-1] + "9"
ITEM = {"id": DISPATCHER_RUN, "status": "running", "service": "remediations"}


def shown(tag="9:p1", **changes):
    return lambda w: w.body(tag, lambda b: b["data"][0].update(changes))


def hidden(name, tag="9:p1"):
    return lambda w: w.body(tag, lambda b: b["data"][0].pop(name) and None)


def meta(**changes):
    return lambda w: w.body("9:p1", lambda b: b["meta"].update(changes))


def links(**changes):
    return lambda w: w.body("9:p1", lambda b: b["links"].update(changes))


def asked(world, *pairs, tag="8:p1", without=""):
    kept = [[n, v] for n, v in world.draft(tag).attrs["query"] if not without or not n.startswith(without)]
    return world.bend(tag, query=[*kept, *map(list, pairs)])


def with_labels():
    return shown(labels=LABELS)(asked(complete(), ["fields[data]", "labels"]))


def with_org():
    return shown(org_id=ORG)(asked(complete(), ["fields[data]", "org_id"]))


def of_one_run():
    return asked(complete(), ["filter[run][id]", DISPATCHER_RUN], tag="8h:p1")


def by_default():
    item = {
        "id": DISPATCHER_RUN,
        "org_id": ORG,
        "recipient": HOST,
        "url": "https://x",
        "labels": LABELS,
        "timeout": 60,
        "status": "running",
    }
    return asked(complete(), without="fields").body("9:p1", lambda b: b.update(data=[item]))


def aged(*times, order=None):
    world = asked(complete(), ["fields[data]", "created_at"], *([["sort_by", order]] if order else []))
    return world.body(
        "9:p1",
        lambda b: b.update(
            data=[{**ITEM, "created_at": time} for time in times], meta={"count": len(times), "total": len(times)}
        ),
    )


def paged(size, *pairs, total, neighbours=()):
    world = asked(complete(), *pairs)
    links = dict.fromkeys(("first", "last", *neighbours), link(world))
    return world.body("9:p1", lambda b: b.update(data=[ITEM] * size, meta={"count": size, "total": total}, links=links))


def link(world):
    return "/a?" + urlencode([(name, value) for name, value in world.draft("8:p1").attrs["query"]])


def link_without_labels():
    return link(asked(complete(), without="filter[labels]"))


OLD, NEW = "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.678901Z"


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-041", complete, lambda w: w.body("4", lambda b: b[0].update(org_id="7"))),
        ("SRV-041", with_org, shown(org_id="7")),
        ("SRV-042", complete, shown(url="https://x")),
        ("SRV-042", complete, hidden("service")),
        ("SRV-042", complete, hidden("host", "9h:p1")),
        ("SRV-042", complete, shown("9h:p1", stdout="")),
        ("SRV-042", by_default, hidden("timeout")),
        ("SRV-042", by_default, shown(service="remediations")),
        ("SRV-045", complete, meta(count=2)),
        ("SRV-045", complete, meta(total=0)),
        ("SRV-045", complete, meta(total=2)),
        ("SRV-046", complete, links(next=link(complete()))),
        ("SRV-046", complete, links(previous=link(complete()))),
        ("SRV-046", complete, links(first=link_without_labels())),
        ("SRV-048", complete, lambda w: asked(w, ["filter[labels][playbook-run]", OTHER])),
        ("SRV-048", complete, lambda w: asked(w, ["filter[run][labels][more]", "x"], tag="8h:p1")),
        ("SRV-048", with_labels, shown(labels={"playbook-run": OTHER})),
        ("SRV-048", with_labels, shown(labels={})),
        ("SRV-048", of_one_run, shown("9h:p1", run={"id": OTHER})),
        ("SRV-115", complete, shown("9h:p1", run={})),
        ("SRV-115", complete, hidden("run", "9h:p1")),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (aged(NEW, OLD), "pass"),
        (aged(OLD, NEW), "fail"),
        (aged(NEW, NEW), "pass"),
        (aged(NEW, OLD, order="created_at"), "pass"),
        (aged(OLD, NEW, order="created_at:desc"), "fail"),
        (aged(OLD, NEW, order="created_at:asc"), "pass"),
        (aged(NEW, OLD, order="created_at:asc"), "fail"),
        (aged(WHEN), "not_exercised"),
    ],
)
def test_order_of_runs(state, world, expected):
    assert state(world, "SRV-049") == expected


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (paged(2, ["limit", "2"], total=3, neighbours=["next"]), "pass"),
        (paged(2, ["limit", "2"], total=3), "fail"),
        (paged(1, ["limit", "2"], ["offset", "2"], total=3, neighbours=["previous"]), "pass"),
        (paged(1, ["limit", "2"], ["offset", "2"], total=3), "fail"),
        (paged(0, ["offset", "9"], total=3, neighbours=["previous"]), "pass"),
    ],
)
def test_neighbours_are_linked(judged, world, expected):
    clauses = judged(world).clauses
    assert (clauses["SRV-046"].state, clauses["SRV-045"].state) == (expected, "pass")


def test_what_a_host_may_lack_is_not_missed(state):
    world = asked(complete(), ["fields[data]", "host,run,status,inventory_id"], tag="8h:p1")
    assert state(world, "SRV-042") == "pass"


def test_what_another_run_is_labelled_is_not_known(state):
    world = complete()
    for tag in ("9:p1", "9:p2", "9:p3"):
        shown(tag, id=OTHER)(world)
        shown(tag.replace("9", "9h"), run={"id": OTHER})(world)
    assert state(world, "SRV-048") == "not_exercised"
    assert state(world, "SRV-041") == "not_exercised"
