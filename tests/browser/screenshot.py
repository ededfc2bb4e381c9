"""Comparing a page with a picture of it by content: what it says word for word, where things stand by eye."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Locator, Page

# A tile of so many pixels may be so much lighter or darker, of 255, and all of them together so much on average.
TILE, TILE_DIFFERENCE, WHOLE_DIFFERENCE = 32, 40, 4.0
VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<digest>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?(\.\d+)?\b"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)?(?= (s|ms|MB|kB|seconds?)\b)"), "<number>"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "<port>"),
)


@dataclass(frozen=True, slots=True)
class Screenshots:
    """Pictures for readers in ``pictures``, the words of the same pages in ``words``; both are the expected ones."""

    pictures: Path
    words: Path
    renew: bool = False

    def compare(
        self, page: Page, name: str, *, of: Locator | None = None, full: bool = False, words_of: Locator | None = None
    ) -> None:
        """Fails where the page, or one part, does not say what it said, or where things stand elsewhere.

        What differs from run to run (ids, times, sizes, ports) is alike. ``words_of`` is the part whose words count,
        where others tell of much that the picture does not show.
        """
        said = steady((words_of or of or page.locator("body")).aria_snapshot()) + "\n"
        shown = of.screenshot() if of else page.screenshot(full_page=full)
        words, picture = self.words / f"{name}.yaml", self.pictures / f"{name}.png"
        if self.renew:
            for path in (words, picture):
                path.parent.mkdir(parents=True, exist_ok=True)
            words.write_text(said, "utf-8")
            Image.open(io.BytesIO(shown)).convert("RGB").quantize(64).save(picture, optimize=True)
            return
        assert said == words.read_text("utf-8"), (
            f"{name}: see {words.name}; RENEW_SCREENSHOTS=1 takes what is there now"
        )
        alike(Image.open(picture), Image.open(io.BytesIO(shown)))


def steady(text: str) -> str:
    """The text with all that no two runs share replaced."""
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return text


def alike(expected: Image.Image, got: Image.Image) -> None:
    """Fails where two pictures differ in size by more than a line of text, or in any place to the eye."""
    sizes = list(zip(expected.size, got.size, strict=True))
    assert all(abs(a - b) <= TILE for a, b in sizes), f"was {expected.size}, is {got.size}"
    grid = (max(1, min(sizes[0]) // TILE), max(1, min(sizes[1]) // TILE))
    # How dark a tile is as a whole hardly depends on the machine's fonts and their smoothing.
    tiles = [
        picture.convert("L").crop((0, 0, grid[0] * TILE, grid[1] * TILE)).resize(grid, Image.Resampling.BOX)
        for picture in (expected, got)
    ]
    difference = ImageChops.difference(*tiles)
    mean, worst = ImageStat.Stat(difference).mean[0], max(difference.tobytes())
    assert worst <= TILE_DIFFERENCE, f"a place differs by {worst} of 255"
    assert mean <= WHOLE_DIFFERENCE, f"differs by {mean:.1f} of 255 on average"
