"""The diagram as SVG, drawn from the kit's own model, each arrow coloured by its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from hopcheck.checks.verdict import ArrowResult
from hopcheck.flow.model import Activate, Arrow, Block, Deactivate, Diagram, Item

COLUMN, TOP, ROW, MARGIN = 150, 90, 34, 90
ACTIVE_WIDTH = 10


class _Pen:
    """Walks the diagram's items downwards; one row an arrow."""

    def __init__(self, diagram: Diagram, results: Mapping[int, ArrowResult]) -> None:
        self.x = {p.id: MARGIN + COLUMN * i for i, p in enumerate(diagram.participants)}
        self.results = results
        self.y = TOP
        self.under: list[str] = []
        self.over: list[str] = []
        self.active: dict[str, list[int]] = {}

    def items(self, items: tuple[Item, ...]) -> None:
        for item in items:
            if isinstance(item, Arrow):
                self.arrow(item)
            elif isinstance(item, Block):
                self.block(item)
            elif isinstance(item, Activate):
                self.active.setdefault(item.participant, []).append(self.y + ROW // 2)
            elif isinstance(item, Deactivate) and self.active.get(item.participant):
                self.activation(item.participant, self.active[item.participant].pop())

    def activation(self, participant: str, top: int) -> None:
        x = self.x[participant] - ACTIVE_WIDTH // 2
        height = self.y - top + 8
        self.under.append(f'<rect class="active" x="{x}" y="{top}" width="{ACTIVE_WIDTH}" height="{height}"/>')

    def block(self, block: Block) -> None:
        self.y += ROW // 2
        top = self.y
        xs = [self.x[end] for arrow in block.arrows for end in (arrow.source, arrow.target)]
        for number, section in enumerate(block.sections):
            if number:
                self.under.append(f'<line class="divider" x1="{min(xs) - 40}" x2="{max(xs) + 40}" y1="{self.y + 14}" '
                                  f'y2="{self.y + 14}"/>')
            self.y += ROW // 2
            self.items(section.items)
        self.y += ROW // 2
        left, width = min(xs) - 40, max(xs) - min(xs) + 80
        title = f"{block.kind} [{escape(block.label)}]"
        self.under.append(f'<rect class="block" x="{left}" y="{top}" width="{width}" height="{self.y - top}"/>'
                          f'<text class="block" x="{left + 6}" y="{top + 14}">{title}</text>')

    def arrow(self, arrow: Arrow) -> None:
        self.y += ROW
        result = self.results.get(arrow.number)
        state = result.state if result else "not_demanded"
        if result and result.contract == "fail":
            state = "forbidden"
        x1, x2 = self.x[arrow.source], self.x[arrow.target]
        gap = 6 if x2 > x1 else -6
        count = f" ×{result.count}" if result and result.count > 1 else ""
        label = f"{arrow.number} {' '.join(arrow.text.split())}{count}"
        self.over.append(
            f'<g class="arrow {state}" data-arrow="{arrow.number}" data-line="{arrow.line}" tabindex="0" role="button">'
            f'<title>{escape(label)}: {state.replace("_", " ")}</title>'
            f'<rect class="hit" x="{min(x1, x2)}" y="{self.y - 18}" width="{abs(x2 - x1)}" height="26"/>'
            f'<line x1="{x1 + gap}" y1="{self.y}" x2="{x2 - gap}" y2="{self.y}" marker-end="url(#head-{state})"'
            f'{" stroke-dasharray=" + chr(34) + "5 4" + chr(34) if arrow.dashed else ""}/>'
            f'<text x="{(x1 + x2) / 2}" y="{self.y - 5}">{escape(label)}</text></g>')


def draw(diagram: Diagram, results: Mapping[int, ArrowResult]) -> str:
    """One ``svg`` element; colours come from the page's style sheet by class, the verdict's state."""
    pen = _Pen(diagram, results)
    pen.items(diagram.body)
    bottom = pen.y + ROW
    heads = "".join(
        f'<marker id="head-{state}" class="{state}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
        for state in ("seen", "derived", "missing", "forbidden", "not_demanded"))
    lanes = []
    for box in diagram.boxes:
        xs = [pen.x[p] for p in box.participants]
        lanes.append(f'<rect class="box" x="{min(xs) - 68}" y="4" width="{max(xs) - min(xs) + 136}" '
                     f'height="{bottom + 2}"/><text class="box" x="{min(xs) - 60}" y="22">{escape(box.label)}</text>')
    for participant in diagram.participants:
        x = pen.x[participant.id]
        lanes.append(f'<line class="life" x1="{x}" x2="{x}" y1="{TOP - 26}" y2="{bottom}"/>'
                     f'<rect class="participant" x="{x - 62}" y="34" width="124" height="30" rx="4"/>'
                     f'<text class="participant" x="{x}" y="53">{escape(participant.label)}</text>')
    width = MARGIN * 2 + COLUMN * (len(diagram.participants) - 1)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 10}" width="{width}" '
            f'height="{bottom + 10}"><defs>{heads}</defs>{"".join(lanes)}{"".join(pen.under)}{"".join(pen.over)}</svg>')
