"""The diagram as SVG, drawn from the kit's own model: each arrow coloured by its verdict, what differs beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate, pairwise

from hopcheck.checks.verdict import ArrowResult
from hopcheck.flow.model import Activate, Arrow, Block, Deactivate, Diagram, Item
from hopcheck.printable import printable
from hopcheck.report.overlay import Note

MIN_COLUMN, TOP, ROW, LINE, MARGIN = 150, 90, 30, 14, 90
NOTE = 22
CHARACTER = 6.7  # of the 12 px sans-serif that the page sets, on average and rather too much
ACTIVE_WIDTH = 10
STATES = ("seen", "derived", "missing", "forbidden", "not_demanded")


class _Pen:
    """Walks the diagram's items downwards; one row an arrow, as high as its label has lines."""

    def __init__(
        self,
        diagram: Diagram,
        results: Mapping[int, ArrowResult],
        notes: Mapping[int, Sequence[Note]],
        steps: Mapping[int, Sequence[int]],
        key: str,
    ) -> None:
        self.results = results
        self.notes = notes
        self.steps = steps
        self.head = f"head-{key}"
        self.order = {participant.id: number for number, participant in enumerate(diagram.participants)}
        self.labels = {arrow.number: self._label(arrow) for arrow in diagram.arrows}
        self.x = self._columns(diagram)
        self.y = TOP
        self.under: list[str] = []
        self.over: list[str] = []
        self.active: dict[str, list[int]] = {}

    def _label(self, arrow: Arrow) -> list[str]:
        result = self.results.get(arrow.number)
        count = f" ×{result.count}" if result and result.count > 1 else ""
        label = f"{arrow.number} {' '.join(arrow.text.split())}{count}"
        return _halved(label) if len(label) > 20 * max(1, self._span(arrow)) else [label]

    def _span(self, arrow: Arrow) -> int:
        return abs(self.order[arrow.source] - self.order[arrow.target])

    def _columns(self, diagram: Diagram) -> dict[str, int]:
        """Where each lifeline stands: so far apart that a label between two neighbours fits between them."""
        gaps = [MIN_COLUMN] * (len(self.order) - 1)
        for arrow in diagram.arrows:
            if self._span(arrow) == 1:
                low = min(self.order[arrow.source], self.order[arrow.target])
                gaps[low] = max(gaps[low], 24 + round(max(map(len, self.labels[arrow.number])) * CHARACTER))
        return dict(zip(self.order, accumulate(gaps, initial=MARGIN), strict=False))

    def items(self, items: Iterable[Item]) -> None:
        for item in items:
            if isinstance(item, Arrow):
                self.arrow(item)
                for note in self.notes.get(item.number, ()):
                    self.note(note)
            elif isinstance(item, Block):
                self.block(item)
            elif isinstance(item, Activate):
                self.activate(item.participant)
            elif isinstance(item, Deactivate):
                self.deactivate(item.participant)

    def activate(self, participant: str) -> None:
        self.active.setdefault(participant, []).append(self.y + 6)

    def deactivate(self, participant: str) -> None:
        if not self.active.get(participant):
            return
        top = self.active[participant].pop()
        x = self.x[participant] - ACTIVE_WIDTH // 2
        height = self.y - top + 6
        self.under.append(f'<rect class="active" x="{x}" y="{top}" width="{ACTIVE_WIDTH}" height="{height}"/>')

    def block(self, block: Block) -> None:
        self.y += ROW // 2
        top = self.y
        xs = [self.x[end] for arrow in block.arrows for end in (arrow.source, arrow.target)] or list(self.x.values())
        left, right = min(xs) - 40, max(xs) + 40
        for number, section in enumerate(block.sections):
            title = escape(f"{block.kind} [{section.label}]" if not number else f"[{section.label}]")
            if number:
                self.y += ROW // 2
                self.under.append(f'<line class="divider" x1="{left}" x2="{right}" y1="{self.y}" y2="{self.y}"/>')
            self.under.append(f'<text class="block" x="{left + 6}" y="{self.y + 14}">{title}</text>')
            self.y += ROW // 2
            self.items(section.items)
        self.y += ROW // 2
        self.under.append(f'<rect class="block" x="{left}" y="{top}" width="{right - left}" height="{self.y - top}"/>')

    def arrow(self, arrow: Arrow) -> None:
        lines = self.labels[arrow.number]
        self.y += ROW + LINE * (len(lines) - 1)
        if arrow.activates:
            self.activate(arrow.target)
        if arrow.deactivates:
            self.deactivate(arrow.source)
        result = self.results.get(arrow.number)
        state = result.state if result else "not_demanded"
        told = state.replace("_", " ")
        if result and result.contract == "fail":
            state, told = "forbidden", f"{told}, in breach of its contract"
        x1, x2 = self.x[arrow.source], self.x[arrow.target]
        gap = 6 if x2 > x1 else -6
        middle, top = (x1 + x2) / 2, self.y - 6 - LINE * (len(lines) - 1)
        spans = "".join(
            f'<tspan x="{middle:g}" y="{top + LINE * number}">{escape(line)}</tspan>'
            for number, line in enumerate(lines)
        )
        height = 20 + LINE * len(lines)
        steps = self.steps.get(arrow.number, ())
        # Beyond the end of the arrow, where no label is.
        badges = "".join(
            f'<circle class="step" cx="{x}" cy="{self.y}" r="8"/>'
            f'<text class="step" x="{x}" y="{self.y + 4}">{step}</text>'
            for x, step in zip((x1 - gap, x1 - 4 * gap), reversed(steps), strict=False)
        )
        if steps:
            told = f"{told}, step {', '.join(map(str, steps))} of the shortest offending prefix"
        self.over.append(
            f'<g class="arrow {state}" data-arrow="{arrow.number}" data-line="{arrow.line}" tabindex="0" role="button" '
            f'aria-label="{escape(" ".join(lines))}: {told}">'
            f"<title>{escape(' '.join(lines))}: {told}</title>"
            f'<rect class="hit" x="{min(x1, x2)}" y="{self.y - height + 10}" width="{abs(x2 - x1)}" height="{height}"/>'
            f'<path d="M{x1 + gap} {self.y}H{x2 - gap}" marker-end="url(#{self.head}{state})"'
            f"{' stroke-dasharray=' + chr(34) + '5 4' + chr(34) if arrow.dashed else ''}/>"
            f"<text>{spans}</text>{badges}</g>"
        )

    def note(self, note: Note) -> None:
        """Expected and observed, a row each."""
        if note.expected:
            self._note(note, "expected", f"expected: {note.expected}", whole=True)
        said = f"got: {note.observed}" if note.came else f"✗ {note.observed or 'nothing came'}"
        self._note(note, "observed", said, whole=note.came)

    def _note(self, note: Note, kind: str, said: str, *, whole: bool) -> None:
        self.y += NOTE
        x1, x2 = self.x[note.source], self.x[note.target]
        gap = 6 if x2 > x1 else -6
        low, high, width = min(x1, x2), max(x1, x2), max(self.x.values())
        # A text may be longer than its arrow: it runs to where there is room.
        rightwards = width - low >= high
        room = int((width + MARGIN - low if rightwards else high) / CHARACTER) - 4
        words = " ".join(printable(said).split())
        shown = words if len(words) <= room else f"{words[: room - 1]}…"
        anchor = f'x="{low + 12}"' if rightwards else f'x="{high - 12}" text-anchor="end"'
        path = f'<path d="M{x1 + gap} {self.y}H{x2 - gap}" marker-end="url(#{self.head}{kind})"/>' if whole else ""
        seq = "" if note.event is None else f' data-event="{note.event}"'
        self.over.append(
            f'<g class="note {kind}"{seq}><title>{escape(words)}</title>{path}'
            f'<text {anchor} y="{self.y - 5}">{escape(shown)}</text></g>'
        )


def draw(
    diagram: Diagram,
    results: Mapping[int, ArrowResult],
    notes: Mapping[int, Sequence[Note]] | None = None,
    steps: Mapping[int, Sequence[int]] | None = None,
    key: str = "",
) -> str:
    """One ``svg`` element; colours come from the page's style sheet by class, the verdict's state.

    ``notes`` are drawn below their arrows, ``steps`` as numbers at theirs; a ``key`` tells its ids from those of
    others on the page.
    """
    pen = _Pen(diagram, results, notes or {}, steps or {}, key)
    pen.items(diagram.body)
    bottom = pen.y + ROW
    heads = "".join(
        f'<marker id="{pen.head}{state}" class="{state}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
        for state in (*STATES, "expected", "observed")
    )
    lanes = []
    for box in diagram.boxes:
        xs = [pen.x[p] for p in box.participants]
        if xs:
            lanes.append(
                f'<rect class="box" x="{min(xs) - 74}" y="4" width="{max(xs) - min(xs) + 148}" height="'
                f'{bottom + 2}"/><text class="box" x="{min(xs) - 66}" y="22">{escape(box.label)}</text>'
            )
    for participant in diagram.participants:
        x = pen.x[participant.id]
        lanes.append(
            f'<line class="life" x1="{x}" x2="{x}" y1="{TOP - 26}" y2="{bottom}"/>'
            f'<rect class="participant" x="{x - 68}" y="34" width="136" height="30" rx="4"/>'
            f'<text class="participant" x="{x}" y="53">{escape(participant.label)}</text>'
        )
    width = MARGIN + max(pen.x.values(), default=0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 10}" width="{width}" '
        f'height="{bottom + 10}"><defs>{heads}</defs>{"".join(lanes)}{"".join(pen.under)}{"".join(pen.over)}</svg>'
    )


def _halved(label: str) -> list[str]:
    """Two lines of about the same length."""
    words = label.split(" ")
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut, _ in enumerate(pairwise(words), 1)]
    return list(min(cuts, key=lambda halves: max(map(len, halves)), default=[label]))
