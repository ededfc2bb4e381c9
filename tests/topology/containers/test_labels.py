from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from docker.errors import APIError, NotFound

from hopcheck.topology import scratch
from hopcheck.topology.containers import labels


class Thing:
    def __init__(self, name, its_labels, trouble=None):
        self.name = name
        self.labels = its_labels
        self.attrs = {"Labels": its_labels}
        self.trouble = trouble
        self.there = True

    def remove(self, **_):
        if self.trouble is not None:
            raise self.trouble
        self.there = False


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def engine(root):
    """Its containers, networks and volumes; a list answers as an engine's filter does."""

    class Kind(list):
        def list(self, filters, **_):
            wanted = dict(each.partition("=")[::2] for each in filters["label"])
            return [
                each
                for each in self
                if each.there and all(k in each.labels and v in ("", each.labels[k]) for k, v in wanted.items())
            ]

    client = SimpleNamespace(containers=Kind(), networks=Kind(), volumes=Kind())
    return SimpleNamespace(client=client)


def labelled(run, owner, root, boot=None):
    return {labels.RUN: run, labels.OWNER: owner, labels.BOOT: boot or labels.boot(), labels.ROOT: str(root)}


def test_a_runs_own_labels_say_that_it_lives(root, engine):
    directory = scratch.new()
    engine.client.networks.append(Thing("net", labels.labels(directory)))
    assert labels.labelled(engine) == {directory.name: True}
    assert labels.left_behind(engine) == []
    assert labels.names(engine, directory.name) == ["net"]


def test_only_dead_runs_that_nobody_kept_are_left_behind(root, engine):
    alive, dead = scratch.mark(os.getpid()), "999999999:1"
    (root / "hc-kept").mkdir()
    scratch.keep(root / "hc-kept")
    engine.client.containers += [
        Thing("a", labelled("hc-lives", alive, root)),
        Thing("b", labelled("hc-dead", dead, root)),
        Thing("c", labelled("hc-kept", dead, root)),
        Thing("d", labelled("hc-other-boot", alive, root, boot="another")),
        Thing("e", labelled("hc-elsewhere", dead, "/elsewhere")),
        Thing("f", {"org.somebody": "else"}),
    ]
    assert labels.left_behind(engine) == ["hc-dead", "hc-other-boot"]


def test_everything_of_the_runs_named_is_removed_and_nothing_else(root, engine):
    dead = "999999999:1"
    engine.client.networks.append(Thing("hc-a", labelled("hc-a", dead, root)))
    engine.client.containers += [Thing(n, labelled(n[:4], dead, root)) for n in ("hc-a-host-1", "hc-b-host-1")]
    # Containers first: a network goes only when nobody is on it.
    assert labels.remove(engine, ["hc-a"]) == ["hc-a-host-1", "hc-a"]
    assert labels.names(engine, "hc-b") == ["hc-b-host-1"]


@pytest.mark.parametrize("status", [404, 409])
def test_what_somebody_else_removes_at_this_moment_is_not_claimed(root, engine, status):
    trouble = NotFound("gone") if status == 404 else APIError("busy", SimpleNamespace(status_code=409))
    engine.client.containers.append(Thing("x", labelled("hc-a", "1:1", root), trouble))
    assert labels.remove(engine, ["hc-a"]) == []


def test_other_trouble_is_told(root, engine):
    trouble = APIError("broken", SimpleNamespace(status_code=500, url="/x", reason="why"))
    engine.client.containers.append(Thing("x", labelled("hc-a", "1:1", root), trouble))
    with pytest.raises(APIError, match="500 Server Error"):
        labels.remove(engine, ["hc-a"])
