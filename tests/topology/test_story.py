from hopcheck.topology.story import ALONE, BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, Story, System, told


def test_there_is_a_story_for_every_outcome_of_the_oracle():
    import yaml

    from hopcheck.home import CONTRACTS

    outcomes = set(yaml.safe_load((CONTRACTS / "hops.yaml").read_text())["outcomes"])
    told = {story.outcome for story in (COMPLETE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
    assert outcomes - told == {"disturbed"}


def test_labels_tell_stories_apart():
    labels = {story.label for story in (COMPLETE, ALONE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
    assert len(labels) == 6


def test_asserting_changes_the_outcome_only():
    assert COMPLETE.asserting("failed").outcome == "failed"
    assert COMPLETE.asserting("failed").issues == COMPLETE.issues


def test_everywhere_is_as_many_systems_as_there_are_hosts():
    assert COMPLETE.cast(3) == (System(),) * 3
    assert ALONE.cast(3) == (System(),)
    assert FAILED.cast(3) == (System("", FAILED.issues, "failed", uploads=0),)


def test_a_fleet_is_what_it_is_however_many_hosts_there_are():
    fleet = (System("web"), System("mail", connected=False))
    assert Story("a fleet", systems=fleet).cast(5) == fleet


def test_on_one_host_every_system_is_one_system():
    assert told(COMPLETE, 1) == told(ALONE, 1) == ALONE
    assert told(COMPLETE, 2) != told(ALONE, 2)
