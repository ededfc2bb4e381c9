import pytest
from checks_scenes import complete


def args(world, tag, place, value):
    changed = list(world.draft(tag).attrs["args"])
    changed[place] = value
    return world.bend(tag, args=changed)


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("H-026", lambda w: args(w, "13", 0, "rhc-worker-playbook")),
        ("H-026", lambda w: w.bend("13/Get", destination="com.redhat.Yggdrasil1.Worker1.rhc-worker-playbook")),
        ("H-028", lambda w: w.bend("13", payload=b"another")),
        ("H-032", lambda w: w.bend("13", signature="sssa{ss}s")),
        ("H-032", lambda w: args(w, "13", 1, "another")),
        ("H-032", lambda w: args(w, "13", 3, {})),
        ("H-034", lambda w: args(w, "13/Got", 0, "yes")),
        ("H-034", lambda w: w.bend("13/Got", op="error", error_name="org.freedesktop.DBus.Error.UnknownProperty")),
        ("H-039", lambda w: w.without("BEGIN")),
        ("H-039", lambda w: w.without("END")),
        ("H-039", lambda w: w.move("END", before="BEGIN")),
        ("H-040", lambda w: w.without("2/STARTED")),
        ("H-040", lambda w: args(w, "2/STARTED", 1, "an id")),
        ("H-041", lambda w: w.without("END/again")),
        ("H-041", lambda w: args(w, "BEGIN/again", 0, "another")),
        ("H-043", lambda w: args(w, "2/call", 0, "com.redhat.Yggdrasil1.Worker1.echo")),
        ("H-043", lambda w: args(w, "13/Got", 0, False)),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


def test_a_message_may_come_from_the_bus(state):
    """Somebody on it has rhc hand over what no connector sent."""
    world = args(args(complete(), "13", 1, "another"), "13", 3, {})
    _, _, _, metadata, data = world.draft("13").attrs["args"]
    asked = {"interface": "com.redhat.Yggdrasil1", "member": "Dispatch", "args": ["a", "another", metadata, data]}
    assert state(world.repeat("13", "asked", before="13", attrs=asked), "H-032") == "pass"
    assert state(args(world, "13", 3, {"more": "than that"}), "H-032") == "fail"
    # What the kit hands over itself is no message's.
    assert state(world.bend("13", fault="said by the kit"), "H-032") == "not_exercised"


def test_no_end_is_due_while_the_run_lasts(state):
    assert state(complete().without("END"), "H-039") == "fail"
    assert state(complete().without("END", "24"), "H-039") == "pass"
