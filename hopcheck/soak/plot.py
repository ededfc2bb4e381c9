"""Curves over the flows as one SVG: a panel for each measure, drawn with nothing but the standard library.

A plotting library would weigh more than the whole kit, for lines and axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, GAP, TOP = 960, 150, 70, 190, 64, 56
LABEL = 13
COLOURS = ("#0b5cad", "#1a7f37", "#8a5a00", "#7340c9", "#c11c28", "#0f7b7b", "#a0388c", "#59636e")
STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #1c2128; } .title { font-size: 14px; font-weight: 600; }
.axis { stroke: #d1d9e0; } .dim { fill: #59636e; } .line { fill: none; stroke-width: 1.5; } .back { fill: #fff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e3e8ee; } .axis { stroke: #333c47; } .dim { fill: #9ba6b2; } .back { fill: #0f1318; }
  .line { filter: brightness(1.6); }
}"""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves that share an axis, each by its name and in the order in which they are named."""

    title: str
    curves: Mapping[str, Points]


def plot(title: str, panels: Sequence[Panel], across: str) -> str:
    """The panels below each other, all over the same range, which ``across`` names."""
    high = TOP + len(panels) * (HEIGHT + GAP)
    most = max((x for panel in panels for points in panel.curves.values() for x, _ in points), default=1.0) or 1.0
    body = [line for number, panel in enumerate(panels) for line in _panel(panel, TOP + number * (HEIGHT + GAP), most)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="back" width="{WIDTH}" height="{high}"/>',
            f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
            *body,
            f'<text class="dim" x="{LEFT}" y="{high - 12}">{escape(across)} 0 to {most:g}</text>',
            "</svg>\n",
        ]
    )


def _panel(panel: Panel, top: int, most: float) -> Iterator[str]:
    base, right = top + HEIGHT, WIDTH - RIGHT
    highest = max((y for points in panel.curves.values() for _, y in points), default=0.0) or 1.0
    yield f'<text x="{LEFT}" y="{top - 8}">{escape(panel.title)}</text>'
    for share in (0.0, 0.5, 1.0):
        y = base - share * HEIGHT
        yield f'<path class="axis" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="dim" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share * highest:.4g}</text>'
    ends = []
    for number, (name, points) in enumerate(panel.curves.items()):
        if points:
            colour = COLOURS[number % len(COLOURS)]
            places = [(LEFT + x / most * (right - LEFT), base - y / highest * HEIGHT) for x, y in points]
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            yield f'<polyline class="line" stroke="{colour}" points="{drawn}"/>'
            ends.append((places[-1][1], f"{name} {points[-1][1]:.4g}", colour))
    yield from _labels(ends, right, base)


def _labels(ends: Sequence[tuple[float, str, str]], right: int, base: int) -> Iterator[str]:
    """Each curve's name and last value beside its end, moved upwards where another one is in the way."""
    free = base + LABEL / 3 + LABEL
    for y, words, colour in sorted(ends, reverse=True):
        free = min(y + LABEL / 3, free - LABEL)
        yield f'<text x="{right + 10}" y="{free:.1f}" style="fill:{colour}">{escape(words)}</text>'
