from __future__ import annotations

import pytest
from pytest_bdd import parsers

from hopcheck.authoring.sentence import sentences, written
from hopcheck.authoring.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("parser", "shown"),
    [
        (parsers.string("the bus denies it"), ("the bus denies it",)),
        (parsers.parse("{count:d} uploads"), ("{count} uploads",)),
        (parsers.re(r'(?P<a>.+?) sends "(?P<b>\w+)" to (?P<c>[\w-]+)'), ('{a} sends "{b}" to {c}',)),
        (parsers.re(r"(?P<what>its .+)"), ("its {what}",)),
        (parsers.re(r"clause (?P<clause>[A-Z]+-\d+) holds\."), ("clause {clause} holds.",)),
        (parsers.re(r'answered (?P<n>\d+)(?: "(?P<code>\w+)")?'), ('answered {n} "{code}"', "answered {n}")),
    ],
)
def test_how_a_step_is_written(parser: parsers.StepParser, shown: tuple[str, ...]) -> None:
    assert written(parser) == shown


@pytest.mark.parametrize("pattern", [r"one|two", r"(\w+) holds", r"anything.*", r"(?P<a>(?:b)+) holds"])
def test_a_pattern_that_cannot_be_shown_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="cannot be shown to authors"):
        written(parsers.re(pattern))


def test_each_sentence_has_a_meaning_and_no_syntax() -> None:
    assert len(sentences()) > 40
    assert {each.keyword for each in sentences()} == {"Given", "When", "Then"}
    for each in sentences():
        assert each.meaning.endswith((".", ":")), each
        assert not any(sign in variant for variant in each.variants for sign in ("(?", "\\", ".+")), each


def test_what_a_step_fills_in() -> None:
    (arrow,) = (each for each in sentences() if each.function == "arrow_is_seen")
    assert arrow.values('rhc sends "x" to S3') == {"source": "rhc", "text": "x", "target": "S3"}
    assert arrow.values("rhc sends x to S3") is None
    (disturbed,) = (each for each in sentences() if each.function == "something_befalls_it")
    assert disturbed.values("its rhc is killed") == {"what": "its rhc is killed"}
    assert disturbed.shown("what", "its rhc is killed") == "rhc is killed"


def test_the_sentences_that_want_a_table() -> None:
    assert [each.function for each in sentences() if each.table] == ["a_plan_on_these_systems", "is_sent_messages"]


def test_the_words_that_are_known_are_those_that_the_steps_take() -> None:
    """A renamed placeholder would make lint take any word for it."""
    names = {
        name for each in sentences() for name in each.parser.name.split("(?P<")[1:] for name in [name.split(">")[0]]
    }
    assert set(vocabulary().values) <= names
    assert names - set(vocabulary().values) == {
        *("source", "text", "target", "role", "case"),  # known together
        *("system", "count", "http_status", "error", "code", "path", "issues", "user"),  # the author's own
    }
