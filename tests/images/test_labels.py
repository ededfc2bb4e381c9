from __future__ import annotations

from hopcheck.home import IMAGES
from hopcheck.images import labels


def test_what_a_build_leaves_behind_bears_the_same_labels() -> None:
    containerfile = (IMAGES / "host" / "Containerfile").read_text().splitlines()
    (line,) = (number for number, text in enumerate(containerfile) if text.startswith("LABEL "))
    assert containerfile[line] == f"LABEL {labels.IMAGE}=host {labels.BASE}=${{PACKAGES}}"
    assert line < min(number for number, text in enumerate(containerfile) if text.startswith("RUN "))
