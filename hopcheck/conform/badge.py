"""A badge: role, verdict, and how many of the role's clauses were kept."""

from __future__ import annotations

from html import escape

from hopcheck.conform.model import Report
from hopcheck.printable import one_line

COLOURS = {"pass": "#1a7f37", "fail": "#cf222e", "error": "#6e5494"}
PARTIAL = "#6e7781"
_CHARACTER, _PADDING, _HEIGHT = 6.8, 16, 22


def badge(report: Report) -> str:
    """An SVG that loads nothing; the fonts are the reader's, the width of the text is fixed."""
    left, right = one_line(f"hopcheck {report.role}"), said(report)
    widths = [round(len(text) * _CHARACTER + _PADDING) for text in (left, right)]
    whole = sum(widths)
    texts = "".join(
        f'<text x="{start + width / 2:g}" y="15" textLength="{width - _PADDING}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(text)}</text>"
        for text, start, width in ((left, 0, widths[0]), (right, widths[0], widths[1]))
    )
    title = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n"
        f'<rect width="{whole}" height="{_HEIGHT}" rx="4" fill="#3b424a"/>\n'
        f'<path d="M{widths[0]} 0h{widths[1] - 4}a4 4 0 0 1 4 4v{_HEIGHT - 8}a4 4 0 0 1 -4 4h-{widths[1] - 4}z" '
        f'fill="{COLOURS[report.verdict] if not report.only else PARTIAL}"/>\n'
        f'<g fill="#fff" text-anchor="middle" font-family="sans-serif" font-size="12">{texts}</g>\n</svg>\n'
    )


def said(report: Report) -> str:
    """The right half: ``pass, 40 of 52 clauses``."""
    part = " of a part" if report.only else ""
    return f"{report.verdict}{part}, {report.counts['pass']} of {len(report.clauses)} clauses"
