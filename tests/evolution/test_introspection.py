import pytest

from hopcheck.evolution.compare import compare
from hopcheck.evolution.documents import WITH_MEMBER
from hopcheck.evolution.introspection import OTHER_CLAUSES, RULE, Introspection
from hopcheck.evolution.version import Version

WORKER, DISPATCHER = "dbus/com.redhat.Yggdrasil1.Worker1.xml", "dbus/com.redhat.Yggdrasil1.Dispatcher1.xml"


@pytest.fixture
def told(own):
    def tell(new):
        [difference] = Introspection(own, new).differences()
        return difference

    return tell


def test_a_signal_that_is_gone_is_missed(own, edited):
    xml = '    <signal name="Event">\n      <arg type="u" name="name"/>\n    </signal>\n'
    rule = "  Dispatcher1.Event.signal:\n    schema: {prefixItems: [{enum: [1, 2, 3]}]}\n"
    files = {
        **edited(DISPATCHER, (xml, "")).files,
        "dbus/arguments.yaml": edited("dbus/arguments.yaml", (rule, "")).files["dbus/arguments.yaml"],
    }
    gone, rest = compare(own, Version("new", files)).differences[::-1]
    assert (gone.broken, gone.first) == (("rhc-worker-playbook",), ("rhc",))
    assert (rest.verdict, rest.note) == ("compatible", WITH_MEMBER)


def test_a_signal_that_is_new_is_heard_by_nobody(told, edited):
    new = edited(WORKER, ('    <signal name="Event">', '    <signal name="Idle"/>\n    <signal name="Event">'))
    assert (told(new).verdict, told(new).effects) == ("compatible", ())


def test_an_argument_that_may_be_left_out_is_missed(told, edited):
    before, note = '<arg type="a{ss}" name="data"/>', '<annotation name="org.hopcheck.Optional" value="true"/>'
    assert told(edited(WORKER, (before, f'<arg type="a{{ss}}" name="data">{note}</arg>'))).broken == ("rhc",)


def test_another_path_breaks_who_calls_and_who_listens(told, edited):
    found = told(edited(WORKER, ('value="/com/redhat/Yggdrasil1/Worker1/', 'value="/com/redhat/Worker1/')))
    assert found.where == "com.redhat.Yggdrasil1.Worker1"
    assert {(each.role, each.does) for each in found.effects if not each.first} == {("rhc", "sends"), ("rhc", "reads")}


def test_a_property_is_judged_by_rule(told, edited):
    found = told(edited(WORKER, ('    <property name="Features" type="a{ss}" access="read"/>\n', "")))
    assert (found.broken, found.note, found.witness) == (("rhc",), RULE, None)


def test_other_clauses(told, edited):
    found = told(edited(WORKER, ('value="H-032"', 'value="H-034"')))
    assert (found.verdict, found.note) == ("compatible", OTHER_CLAUSES)
