import pytest

from hopcheck.topology.given import GIVEN


class Scene:
    """Says what is done on it, and does afterwards what it was told to."""

    def __init__(self):
        self.log = []
        self.later = []

    def stop(self, role):
        self.log.append(("stop", role))

    def start(self, role):
        self.log.append(("start", role))

    def afterwards(self, act):
        self.later.append(act)


@pytest.mark.parametrize(
    ("name", "role"),
    [("a dispatcher that is away", "playbook-dispatcher"), ("the platform's services away", "platform")],
)
def test_who_is_away_comes_back(name, role):
    scene = Scene()
    GIVEN[name](scene)
    assert scene.log == [("stop", role)]
    for act in scene.later:
        act()
    assert scene.log == [("stop", role), ("start", role)]
