"""The page as it is before anything was seen: the diagram, its arrows as a list, and what to do with them."""

from __future__ import annotations

from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from hopcheck.flow import parse
from hopcheck.flow.model import Arrow, Diagram
from hopcheck.life.called import called
from hopcheck.report.svg import draw


def document(contracts: Path, trace: Path, *, stays: bool) -> bytes:
    """The page; ``stays``: its server does not end with the run."""
    diagram = parse((contracts / "flow.mmd").read_text())
    template = Template(resources.files("hopcheck.live").joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        diagram=draw(diagram, {}),
        arrows="".join(_item(diagram, arrow) for arrow in diagram.arrows),
        path=escape(str(trace.parent)),
        again=escape(f"{called()} live {trace.parent}"),
        stays="yes" if stays else "no",
    ).encode()


def _item(diagram: Diagram, arrow: Arrow) -> str:
    source, target = (escape(diagram.participant(end).label) for end in (arrow.source, arrow.target))
    return (
        f'<li><button type="button" data-item="{arrow.number}" class="not_demanded">'
        f'<span class="number">{arrow.number}</span>'
        f'<span class="what"><span class="text">{escape(" ".join(arrow.text.split()))}</span>'
        f'<span class="ends">{source} → {target}</span></span>'
        f'<span class="told">waiting</span></button></li>'
    )
