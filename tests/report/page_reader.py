"""A page as a reader of its source finds it."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from html.parser import HTMLParser
from typing import Any


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data
        elif self.cdata_elem is None:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def about(self) -> dict[str, Any]:
        found: dict[str, Any] = unpacked(self.scripts[0])[0]
        return found

    @property
    def exchanges(self) -> list[list[Any]]:
        return unpacked(self.scripts[0])[1 : 1 + self.about["exchanges"]]

    @property
    def logs(self) -> list[list[Any]]:
        return unpacked(self.scripts[0])[1 + self.about["exchanges"] :]

    @property
    def events(self) -> dict[int, dict[str, Any]]:
        return {each["seq"]: each for each in unpacked(self.scripts[1])}

    def having(self, attribute: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if attribute in attrs]


def unpacked(text: str) -> list[Any]:
    return [json.loads(line) for line in gzip.decompress(b64decode(text)).splitlines()]
