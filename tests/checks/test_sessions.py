import pytest
from checks_scenes import complete


def session(told, world):
    return told(world).attribution.sessions[0]


def test_place_is_that_of_the_last_part(told):
    world = complete()
    assert session(told, world).whole == world.seq("1/delivered")


def test_acknowledgement_will_do_where_the_connector_is_not_seen(told):
    world = complete().without("1/delivered")
    assert session(told, world).whole == world.seq("1/PUBACK")


def test_two_subscriptions_will_do(told):
    world = complete()
    data, control = world.draft("1/SUBSCRIBE").attrs["filters"]
    world.repeat("1/SUBSCRIBE", "second", before="1/online", packet_id=7, filters=[control])
    world.repeat("1/SUBACK", "granted", before="1/online", packet_id=7, codes=[1])
    world.bend("1/SUBSCRIBE", filters=[data]).bend("1/SUBACK", codes=[1])
    assert session(told, world).whole is not None


@pytest.mark.parametrize(
    "bend",
    [
        lambda w: w.bend("1/CONNACK", code=5),
        lambda w: w.bend("1/SUBACK", codes=[1, 128]),
        lambda w: w.bend("1/SUBSCRIBE", filters=[["redhat/insights/x/data/in", 1]]),
        lambda w: w.without("1/delivered", "1/PUBACK"),
    ],
)
def test_half_a_session_is_none(told, bend):
    assert session(told, bend(complete())).whole is None


def test_name_must_be_granted(told):
    world = complete().bend("2", args=[3])
    assert told(world).attribution.instances[0].registrations == []


def test_a_visitor_of_the_kits_has_no_session(told):
    world = complete()
    for tag in ("1", "1/CONNACK", "1/SUBSCRIBE", "1/SUBACK", "1/online", "1/PUBACK"):
        world.repeat(tag, f"visitor/{tag}", before="expect", connection="c-visitor", fault="a visitor of the kit's")
    found = told(world).attribution.sessions
    assert [each.connection for each in found] == ["c-host"]
    assert found[0].whole == world.seq("1/delivered")
