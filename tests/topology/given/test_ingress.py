from types import SimpleNamespace

from hopcheck.topology.given import GIVEN
from hopcheck.topology.given.ingress import ANNOUNCE


class Scene:
    """Takes down what is done on it, and does afterwards what it was told to."""

    def __init__(self):
        self.log = []
        self.later = []

    def afterwards(self, act):
        self.later.append(act)

    def wait(self, matches, what):
        self.log.append(matches)

    def __getattr__(self, name):
        return lambda *arguments: self.log.append((name, *arguments))

    def over(self):
        done, self.log = self.log, []
        for act in self.later:
            act()
        return done


def test_storage_is_stopped_and_started_again():
    scene = Scene()
    assert GIVEN["storage that is away"](scene) is None
    assert scene.over() == [("stop", "s3")]
    assert scene.log == [("start", "s3")]


def test_kafka_comes_back_once_the_upload_was_answered():
    scene = Scene()
    given = GIVEN["Kafka that is away until an upload was answered"](scene)
    assert scene.over() == [("take_kafka_away",)]
    back, announced = scene.log
    assert back == ("bring_kafka_back",)
    for topic, text, right in (
        (ANNOUNCE, f'{{"request_id":"{given["request"]}"}}', True),
        (ANNOUNCE, "{}", False),
        ("platform.payload-status", given["request"], False),
    ):
        assert announced(SimpleNamespace(attrs={"topic": topic}, payload=SimpleNamespace(text=text))) is right
