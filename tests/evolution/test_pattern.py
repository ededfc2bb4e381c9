import re

import pytest

from hopcheck.evolution.pattern import texts


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z0-9-]+$",
        "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
        r".+\.(tar(\.(gz|xz|bz2))?|tgz)",
        r"application/vnd\.redhat\.playbook\.v1\+jsonl",
        "^[^/]+/insights/[^/]+/control/out$",
        r"\d{4}\w\s",
        "(a|b)\\1",
        "x?y*z",
    ],
)
def test_texts_fit_their_pattern(pattern):
    found = texts(pattern)
    assert found
    assert all(re.search(pattern, each) for each in found)


def test_of_what_is_no_pattern_there_are_none():
    assert texts("(") == ()
