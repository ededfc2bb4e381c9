from __future__ import annotations

import pytest
import yaml

from hopcheck import yaml_tree


def test_each_caller_has_a_tree_of_its_own() -> None:
    first = yaml_tree.load("a: [1]")
    first["a"].append(2)
    assert yaml_tree.load("a: [1]") == {"a": [1]}


def test_it_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    yaml_tree.load("b: once")
    monkeypatch.setattr(yaml, "load", lambda *_: pytest.fail("parsed again"))
    assert yaml_tree.load("b: once") == {"b": "once"}


def test_each_loader_reads_for_itself() -> None:
    class AllText(yaml.CSafeLoader):
        pass

    AllText.add_constructor("tag:yaml.org,2002:int", lambda loader, node: loader.construct_scalar(node))
    assert [yaml_tree.load("c: 1"), yaml_tree.load("c: 1", AllText), yaml_tree.load("c: 1")] == [
        {"c": 1}, {"c": "1"}, {"c": 1},
    ]  # fmt: skip


def test_what_is_no_yaml_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(yaml.YAMLError, match="did not find expected"):
            yaml_tree.load("a: [")
