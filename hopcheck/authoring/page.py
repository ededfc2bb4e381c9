"""The catalogue of sentences as one offline page."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from hopcheck.authoring.catalogue import Entry


def page(entries: Sequence[Entry], version: str) -> str:
    """The page's text: a section a keyword, a box to search in. Nothing in it is loaded from elsewhere."""
    environment = Environment(
        loader=PackageLoader("hopcheck.authoring", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = {keyword: [each for each in entries if each.sentence.keyword == keyword] for keyword in _KEYWORDS}
    return environment.get_template("steps.html").render(groups=groups, version=version, told=_KEYWORDS)


_KEYWORDS = {"Given": "sets the world", "When": "is the one stimulus", "Then": "is what must be seen"}
