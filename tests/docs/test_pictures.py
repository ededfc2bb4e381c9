from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from docs_pictures import PLACE, pictures

from hopcheck.checks.verdict import CLAUSE_STATES

MADE = pictures()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_picture_is_what_the_kits_model_draws(name: str) -> None:
    assert (PLACE / name).read_text("utf-8") == MADE[name], "make it anew: python tests/docs/docs_pictures.py"
    assert len(MADE[name]) < 40_000


def test_no_picture_is_there_that_nothing_makes() -> None:
    assert {path.name for path in PLACE.glob("*.svg")} == set(MADE)


def said(name: str) -> list[str]:
    return [text for each in xml.fromstring(MADE[name]).iter(f"{SVG}text") if (text := "".join(each.itertext()))]


def test_the_prefix_ends_with_what_is_forbidden() -> None:
    assert said("prefix.svg").count("forbidden here") == 1
    boxes = [each.get("class") for each in xml.fromstring(MADE["prefix.svg"]).iter(f"{SVG}g")]
    assert boxes == [*["seen"] * (len(boxes) - 1), "forbidden"]


def test_each_state_of_a_clause_has_its_box() -> None:
    states = [text for text in said("states.svg") if not text.endswith("?") and text not in ("yes", "no")]
    assert sorted(each.replace(" ", "_") for each in states) == sorted(CLAUSE_STATES)
