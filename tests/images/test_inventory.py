from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hopcheck.images import context, debian, inventory, labels
from hopcheck.images.bases import find
from hopcheck.images.inventory import Image

sys.path.insert(0, str(Path(__file__).parent))

from images_engine import Engine

OFFLINE, RHEL = find("offline"), find("rhel")
assert OFFLINE.recipe is not None
RECIPE = debian.digest(OFFLINE.recipe, "amd64")


def host(base: str = "offline", *, old: bool = False, source: str = RECIPE) -> dict[str, str]:
    digest = "0" * 12 if old else context.digest(context.files(find(base)))
    return {labels.IMAGE: "host", labels.BASE: base, labels.CONTEXT: digest, labels.SOURCE: source}


@pytest.fixture
def engine() -> Engine:
    engine = Engine()
    engine.add("hopcheck/base-offline:new", **{labels.IMAGE: "base", labels.BASE: "offline", labels.SOURCE: RECIPE})
    engine.add("hopcheck/base-offline:old", **{labels.IMAGE: "base", labels.BASE: "offline", labels.SOURCE: "x"})
    engine.add("hopcheck/host-offline:new", "hopcheck/host-offline:latest", **host())
    engine.add("hopcheck/host-offline:old", **host(old=True))
    engine.add("hopcheck/host-offline:old-base", **host(source="x"))
    engine.add("hopcheck/host-offline:own-base", **host(source="sha256:1"))
    engine.add("hopcheck/host-rhel:new", **host("rhel", source="sha256:2"))
    engine.add("hopcheck/host-moon:old", **{**host(), labels.BASE: "moon"})
    engine.add("somebody/elses:latest")
    return engine


def names(engine: Engine) -> set[str]:
    return {tag for image in engine.all for tag in image.tags}


def test_only_the_kits_images_are_seen(engine: Engine) -> None:
    assert len(inventory.images(engine.client)) == 8
    assert {image.kind for image in inventory.images(engine.client)} == {"base", "host"}


def test_what_no_build_makes_any_more_goes(engine: Engine) -> None:
    before = names(engine)
    gone = dict(inventory.remove(engine.client, inventory.images(engine.client)))
    assert set(gone) == {
        "hopcheck/base-offline:old",
        "hopcheck/host-offline:old",
        "hopcheck/host-offline:old-base",
        "hopcheck/host-moon:old",
    }
    assert set(gone.values()) == {""}
    assert names(engine) == before - set(gone)


def test_an_image_that_lost_its_name_goes(engine: Engine) -> None:
    image = engine.add(**host())
    assert image.id in dict(inventory.remove(engine.client, inventory.images(engine.client)))


def test_all_is_all_of_the_kits_and_hosts_go_before_their_base(engine: Engine) -> None:
    gone = [name for name, _ in inventory.remove(engine.client, inventory.images(engine.client), everything=True)]
    assert names(engine) == {"somebody/elses:latest"}
    assert [name.startswith("hopcheck/base") for name in gone] == [False] * 7 + [True] * 2


def test_what_is_in_use_is_kept_and_told(engine: Engine) -> None:
    engine.in_use = ("hopcheck/host-offline:old",)
    gone = dict(inventory.remove(engine.client, inventory.images(engine.client)))
    assert "container is using it" in gone["hopcheck/host-offline:old"]
    assert "hopcheck/host-offline:old" in names(engine)


def test_what_went_by_itself_is_gone(engine: Engine) -> None:
    found = inventory.images(engine.client)
    engine.all.clear()
    assert set(dict(inventory.remove(engine.client, found, everything=True)).values()) == {""}


def test_the_table() -> None:
    now = datetime.now(UTC)
    found = [
        Image("sha256:1", ("hopcheck/host-offline:a", "hopcheck/host-offline:latest"), "host", "offline", 279_000_000,
              now - timedelta(minutes=5), "", ""),
        Image("sha256:0123456789abcdef", (), "base", "offline", 999, now - timedelta(days=3, hours=1), "", ""),
    ]  # fmt: skip
    assert inventory.table(found) == [
        "IMAGE                         BASE     SIZE    AGE",
        "hopcheck/host-offline:a       offline  279 MB  5 minutes",
        "hopcheck/host-offline:latest  offline  279 MB  5 minutes",
        "sha256:0123456789ab           offline  999 B   3 days",
    ]


def test_an_empty_table_has_its_head() -> None:
    assert inventory.table([]) == ["IMAGE  BASE  SIZE  AGE"]
