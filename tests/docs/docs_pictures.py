"""The pictures of docs/explanation, made from the kit's own model and stored traces.

``python tests/docs/docs_pictures.py`` makes them anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Finding, RunVerdict
from hopcheck.flow import parse
from hopcheck.home import CONTRACTS, ROOT
from hopcheck.report.svg import draw
from hopcheck.trace import Trace, load

CORPUS, PLACE = ROOT / "tests/corpus", ROOT / "docs/explanation"
# Light or dark is the reader's; a picture in a page cannot ask the page, so it brings its own ground.
STYLE = """\
svg { background: #fff; color: #1f2328; } text { font: 12px system-ui, sans-serif; fill: currentColor; }
.arrow text, text.participant, .middle { text-anchor: middle; } .box { fill: #8881; }
text.box, text.block { fill: #6e7781; }
rect.block { fill: none; stroke: #6e7781; stroke-dasharray: 3 3; } .life, .divider { stroke: #8886; }
rect.participant { fill: #fff; stroke: currentColor; } .active { fill: #8887; } .hit { fill: transparent; }
.arrow > path { stroke-width: 1.6; stroke: var(--c); fill: none; } marker path { fill: var(--c); }
.arrow text { fill: var(--c); stroke: #fff; stroke-width: 3px; stroke-linejoin: round; paint-order: stroke; }
.seen { --c: #1a7f37; } .derived { --c: #0969da; }
.missing, .forbidden { --c: #cf222e; } .not_demanded { --c: #6e7781; }
.case { fill: #fff; stroke: var(--c); stroke-width: 1.6; } .line { stroke: #6e7781; fill: none; }"""
QUESTIONS = (
    ("Could the kit judge it?", "harness error", "missing"),
    ("Is its capability declared?", "disabled", "not_demanded"),
    ("Was something seen that could have broken it?", "not exercised", "not_demanded"),
    ("Was it kept?", "", ""),
    ("Is it a known deviation, until a day to come?", "fail", "missing"),
)
WIDTH, STEP = 640, 56


def pictures() -> dict[str, str]:
    """File names and what is in them."""
    diagram, judge = parse((CONTRACTS / "flow.mmd").read_text("utf-8")), Judge(CONTRACTS).judge
    complete = load(CORPUS / "complete/trace.jsonl")
    drawn = {
        "run": judge(complete).runs[0],
        "not-connected": judge(load(CORPUS / "not_connected/trace.jsonl")).runs[0],
    }
    whole = {name: draw(diagram, {each.number: each for each in run.arrows}) for name, run in drawn.items()}
    broken = judge(_without(complete, drawn["run"], 16)).runs[0]
    finding = next(each for each in broken.findings if each.kind == "forbidden")
    shown = {**whole, "prefix": _prefix(drawn["run"], finding), "states": _states()}
    return {f"{name}.svg": _styled(svg) for name, svg in shown.items()}


def _without(trace: Trace, run: RunVerdict, number: int) -> Trace:
    """The trace as if one arrow had not been seen; what is left keeps its place."""
    gone = set(next(each for each in run.arrows if each.number == number).events)
    return Trace([replace(event) for event in trace if event.seq not in gone])


def _prefix(run: RunVerdict, finding: Finding) -> str:
    of = {seq: each for each in run.arrows for seq in each.events}
    shown = [seq for seq in finding.prefix if seq in of][-6:]
    if finding.event not in shown:
        shown = [*shown[-5:], finding.event or 0]
    boxes, wide = [], 150
    for place, seq in enumerate(shown):
        arrow, x = of[seq], 60 + place * (wide + 14)
        bad = seq == finding.event
        boxes += [
            f'<g class="{"forbidden" if bad else "seen"}"><rect class="case" x="{x}" y="30" width="{wide}" height="80" '
            f'rx="4"/></g>',
            _text(x + wide / 2, 50, f"seq {seq}"),
            _text(x + wide / 2, 67, f"arrow {arrow.number}"),
            _text(x + wide / 2, 84, arrow.source),
            _text(x + wide / 2, 101, f"→ {arrow.target}"),
        ]
    end = 60 + len(shown) * (wide + 14) - 14
    boxes += [
        _text(34, 74, "…"),
        f'<path class="line" d="M20 122v10H{end}v-10"/>',
        _text(end / 2, 150, "the shortest offending prefix: without its last observation there was a legal reading"),
        _text(end - wide / 2, 20, "forbidden here"),
    ]
    return _svg(end + 20, 164, boxes)


def _states() -> str:
    parts, y = [], 10
    for question, otherwise, state in QUESTIONS:
        parts += [
            f'<rect class="case" style="--c:#6e7781" x="20" y="{y}" width="360" height="32" rx="16"/>',
            _text(200, y + 20, question),
        ]
        if question == "Was it kept?":
            parts += _answer(y, "yes", "pass", "seen")
            parts.append(_text(214, y + 48, "no"))
        else:
            parts += _answer(y, "no", otherwise, state)
            parts.append(_text(216, y + 48, "yes"))
        parts.append(f'<path class="line" d="M200 {y + 32}v24"/>')
        y += STEP
    parts.append(f'<g class="derived"><rect class="case" x="130" y="{y}" width="140" height="32"/></g>')
    parts.append(_text(200, y + 20, "skip"))
    return _svg(WIDTH, y + 42, parts)


def _answer(y: int, said: str, state: str, colour: str) -> Sequence[str]:
    return (
        f'<path class="line" d="M380 {y + 16}H470"/>',
        _text(425, y + 11, said),
        f'<g class="{colour}"><rect class="case" x="470" y="{y}" width="150" height="32"/></g>',
        _text(545, y + 20, state),
    )


def _text(x: float, y: float, said: str) -> str:
    return f'<text class="middle" x="{x:g}" y="{y:g}">{escape(said)}</text>'


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _styled(svg: str) -> str:
    """As a file of its own; one element a line, so that changes can be read."""
    head, rest = re.split(r"(?<=>)", svg, maxsplit=1)
    return "\n".join([head, f"<style>{STYLE}</style>", *_lines(rest), ""])


def _lines(svg: str) -> Iterator[str]:
    yield from re.sub(r"(</(?:g|text|defs)>|<(?:rect|line|path)[^>]*/>)(?=<(?!/g|/marker))", r"\1\n", svg).split("\n")


def main() -> None:
    """Write them."""
    for name, svg in pictures().items():
        (PLACE / name).write_text(svg, "utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
