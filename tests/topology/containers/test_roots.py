"""Runs below another scratch root are another world, in the engine too: only who looks there knows what was kept."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from hopcheck.topology import scratch
from hopcheck.topology.containers import labels


class Things(list):
    """Answers as an engine's filter does: every label asked for, with its value where one is given."""

    def list(self, filters, **_):
        wanted = dict(each.partition("=")[::2] for each in filters["label"])
        return [each for each in self if all(k in each.labels and v in ("", each.labels[k]) for k, v in wanted.items())]


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    return SimpleNamespace(client=SimpleNamespace(containers=Things(), networks=Things(), volumes=Things()))


def thing(name, its_labels):
    def remove(**_):
        raise AssertionError(f"{name} is not ours")

    return SimpleNamespace(name=name, labels=its_labels, attrs={"Labels": its_labels}, remove=remove)


def test_what_a_run_makes_is_found_below_its_own_root(engine):
    directory = scratch.new()
    engine.client.networks.append(thing("net", labels.labels(directory)))
    assert labels.labelled(engine) == {directory.name: True}
    assert labels.names(engine, directory.name) == ["net"]


def test_what_is_below_another_root_or_bears_no_root_is_left(engine):
    dead = {labels.RUN: "hc-dead", labels.OWNER: "999999999:1", labels.BOOT: labels.boot()}
    engine.client.containers += [
        thing("a", {**dead, labels.ROOT: "/elsewhere"}),
        thing("b", dead),
        thing("c", {**dead, labels.OWNER: scratch.mark(os.getpid()), labels.ROOT: "/elsewhere"}),
    ]
    assert labels.left_behind(engine) == []
    assert labels.labelled(engine) == {}
    assert labels.remove(engine, ["hc-dead"]) == []
