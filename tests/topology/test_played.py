from hopcheck.topology.identity import Identity
from hopcheck.topology.played import Member, Played
from hopcheck.topology.story import COMPLETE, System

AWAY = Member(System("mail", connected=False), Identity.new("mail"))
HERE = Member(System("web"), Identity.new("web"))


def test_the_first_of_the_cast_is_who_the_story_is_about():
    assert Played(COMPLETE, (AWAY, HERE), "plan", 201, "run", None).identity is AWAY.identity


def test_only_those_that_can_be_reached_are_connected():
    assert Played(COMPLETE, (AWAY, HERE), "plan", 201, "run", None).connected == [HERE]
