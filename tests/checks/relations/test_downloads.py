from __future__ import annotations

import pytest
from checks_scenes import complete
from checks_world import bent


def page_for_content(world):
    return world.bend("21:u1", status=403).body("valid:u1", lambda b: b.update(validation="failure"))


def never_answered(world):
    return world.without("21:u1", "valid:u1", "update:u1")


def refused(world):
    """The connection to S3 fails: no request is seen."""
    answer = bent(world.draft("21:u1"), exchange="no")
    answer.op = "refused"
    for name in ("20:u1", "21:u1"):
        world.without(name)
    return world.add("refused", answer).move("refused", before="valid:u1").without("valid:u1", "update:u1")


@pytest.mark.parametrize("scene", [page_for_content, never_answered, refused])
def test_what_follows_a_bad_download(state, scene):
    assert state(scene(complete()), "OBS-03") == "pass"


@pytest.mark.parametrize("scene", [never_answered, refused])
def test_no_verdict_without_an_answer(judged, scene):
    valid = complete().draft("valid:u1")
    world = scene(complete())
    found = judged(world.add("late", valid)).findings
    assert [each.level for each in found if each.clause == "OBS-03"] == ["QUIRK"]


def test_an_error_page_is_judged(judged):
    found = judged(page_for_content(complete()).without("valid:u1")).findings
    assert "OBS-03" in [each.clause for each in found]


def test_a_good_download_says_nothing(state):
    assert state(complete(), "OBS-03") == "not_exercised"
