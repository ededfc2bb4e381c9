"""Every page that people wrote is played from its top to its end."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from docs_blocks import read
from docs_pages import generated, name, page, pages, played
from docs_player import Differs, Player, unsaid
from docs_shell import PROGRAMS


def playable() -> list[object]:
    """The pages in which there is something to do; those that build a component in Node.js need its registry."""
    found: list[object] = []
    for path in pages():
        if generated(path) or not played(path):
            continue
        marks = pytest.mark.examples if any(words[0] == "npm" for words in played(path)) else pytest.mark.docs
        found.append(pytest.param(path, id=name(path), marks=marks))
    return found


@pytest.fixture
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hc.page-") as place:
        yield Path(place)


@pytest.mark.parametrize("path", playable())
def test_what_the_page_says_is_what_happens(path: Path, tmp_path: Path, scratch: Path) -> None:
    Player(tmp_path, scratch).play(page(path))


def player(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(text)
    (tmp_path / "place").mkdir()
    Player(tmp_path / "place", tmp_path / "scratch").play(read(tmp_path / "page.md", PROGRAMS))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("    mkdir a\n    cat a/b\n", "`cat a/b` ends with 1, not 0"),
        ("<!-- exit: 1 -->\n\n    mkdir a\n", "`mkdir a` ends with 0, not 1"),
        ("<!-- write: a -->\n\n    1 of 2 pass\n\ntext\n\n    cat a\n\n<!-- prints: cat a -->\n\n    1 of 2 fail\n",
         "page.md:11: `cat a` has no such line"),
        ("<!-- write: a -->\n\n    x\n\n<!-- shows: a -->\n\n    y\n", "page.md:7: a is"),
        ("<!-- prints: cat a -->\n\n    x\n", "has not run `cat a` before"),
    ],
)  # fmt: skip
def test_a_page_that_says_what_is_not_so_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(Differs, match=told.replace("(", r"\(")):
        player(tmp_path, text)


def test_a_page_that_says_what_is_so_is_taken(tmp_path: Path) -> None:
    player(
        tmp_path,
        "<!-- write: a -->\n\n    3 of 4, 0 fail, by x\n\n```sh\nmkdir b && cd b\ncat ../a # it\n```\n\n"
        "<!-- prints: cat ../a -->\n\n    5 of 6, 0 fail, …\n\n"
        "<!-- not run: installs | apt-get -->\n\n    apt-get install x\n    cat ../a\n",
    )


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("ready 1.15 s", "  ready  0.9 s", True),
        ("0 fail", "3 fail", False),
        ("3 fail", "13 fail", True),
        ("a … z", "a b c z", True),
        ("a\nb", "b\nx\na", True),
        ("pass", "VERDICT: pass", False),
    ],
)
def test_what_varies_may_vary(expected: str, got: str, same: bool) -> None:
    assert (not unsaid(expected, got)) == same


def test_commands_are_read_as_a_shell_does() -> None:
    from docs_shell import simple

    assert list(simple('a --x=cmd:"b c" && d > e | f')) == [["a", "--x=cmd:b c"], ["d"], ["f"]]
