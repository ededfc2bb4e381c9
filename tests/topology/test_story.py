from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED


def test_there_is_a_story_for_every_outcome_of_the_oracle():
    import yaml

    from hopcheck.home import CONTRACTS

    outcomes = set(yaml.safe_load((CONTRACTS / "hops.yaml").read_text())["outcomes"])
    told = {story.outcome for story in (COMPLETE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
    assert outcomes - told == {"disturbed"}


def test_labels_tell_stories_apart():
    labels = {story.label for story in (COMPLETE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
    assert len(labels) == 5


def test_asserting_changes_the_outcome_only():
    assert COMPLETE.asserting("failed").outcome == "failed"
    assert COMPLETE.asserting("failed").issues == COMPLETE.issues
