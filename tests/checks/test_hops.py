import pytest
import yaml
from checks_world import CONTRACTS

from hopcheck.checks.hops import Hop, HopsError, load_hops
from hopcheck.trace import Event

HOPS = CONTRACTS / "hops.yaml"


def event(edge="a>b", **attrs):
    return Event(1, 1, 1, "", "tap", edge, "http", "request", "a", "b", None, None, attrs, None)


def test_thirty_arrows_on_edges_of_ten_roles():
    hops = load_hops(HOPS)
    assert list(hops.arrows) == list(range(1, 31))
    assert len(hops.roles) == 10
    assert hops.arrows[25].hop == hops.arrows[17].hop
    assert {edge.protocol for edge in hops.edges.values()} == {"http", "mqtt", "dbus", "kafka", "process"}


@pytest.mark.parametrize(
    ("hop", "message", "taken"),
    [
        (Hop(("a>b",), ("x.request",)), "x.request", True),
        (Hop(("a>b",), ("x.request",)), "y.request", False),
        (Hop(("c>d",), ("x.request",)), "x.request", False),
        (Hop((), ("x.*",)), "x.request", True),
        (Hop((), ("*",)), None, False),
        (Hop((), ("*",), unnamed=True), None, True),
        (Hop((), ("*",), {"status": 0}), "x", False),
    ],
)
def test_takes(hop, message, taken):
    assert hop.takes(message, event(status=1)) is taken


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["arrows"].pop(30),
        lambda d: d["arrows"][3].update(key="luck"),
        lambda d: d["arrows"][3].update(edge="nowhere"),
        lambda d: d["arrows"][15].update(where={"status": {"about": 0}}),
        lambda d: d["background"][0].update(edges=["nowhere"]),
        lambda d: d["choose"].pop(),
    ],
)
def test_contradictions_are_refused(tmp_path, spoil):
    document = yaml.safe_load(HOPS.read_text())
    spoil(document)
    path = tmp_path / "hops.yaml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(HopsError):
        load_hops(path)
