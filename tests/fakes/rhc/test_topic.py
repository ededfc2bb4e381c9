from __future__ import annotations

from fakes.rhc.topic import Topics


def test_topics_have_five_segments_below_the_platform_prefix():
    topics = Topics("redhat/insights", "id")
    assert (topics.data_in, topics.data_out) == ("redhat/insights/id/data/in", "redhat/insights/id/data/out")
    assert (topics.control_in, topics.control_out) == (
        "redhat/insights/id/control/in",
        "redhat/insights/id/control/out",
    )
