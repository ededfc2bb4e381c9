from __future__ import annotations

import pytest

from fakes.cloud_connector.topic import DATA, Sender, sender, subscriptions, to_host


def test_names():
    assert to_host("redhat", "h", DATA) == "redhat/insights/h/data/in"
    assert subscriptions("p") == ["p/insights/+/control/out", "p/insights/+/data/out"]
    assert sender("redhat", "redhat/insights/h/control/out") == Sender("h", "control")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "redhat/insights/h/control/in",
        "other/insights/h/control/out",
        "redhat/insight/h/control/out",
        "redhat/insights/h/status/out",
        "redhat/insights/h/x/control/out",
        "insights/h/control/out",
    ],
)
def test_foreign_topics(topic):
    assert sender("redhat", topic) is None
