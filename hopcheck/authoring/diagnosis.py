"""What is wrong with one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hopcheck.authoring.sentence import Sentence
from hopcheck.authoring.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``wrong`` in words, and a ``fix`` where it is not another wording.

    ``what`` is at fault: the step's words, or the values of its placeholders, for both of which there are nearest
    ones; else what stands around it.
    """

    what: Literal["words", "values", "else"]
    wrong: str
    fix: str = ""


def matching(keyword: str, text: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The step definitions that would take the step."""
    return [each for each in sentences if each.keyword == keyword and each.parser.is_matching(text)]


def diagnose(
    keyword: str, text: str, sentences: Sequence[Sentence], words: Vocabulary, *, table: bool
) -> Diagnosis | None:
    """What is wrong with a step of the keyword Given, When or Then; None where nothing is.

    ``table`` says whether it has one.
    """
    found = matching(keyword, text, sentences)
    if not found:
        others = [each.keyword for each in sentences if each.parser.is_matching(text)]
        if others:
            return Diagnosis("else", f"{text!r} is no {keyword}", f"it is a {others[0]}: begin it with that")
        return Diagnosis("words", f"there is no step {keyword} {text!r}")
    if len(found) > 1:
        both = " and as ".join(repr(each.variants[0]) for each in found)
        return Diagnosis("else", f"{text!r} can be read as {both}", "write it so that only one of them fits")
    (sentence,) = found
    values = sentence.values(text) or {}
    unknown = words.unknown(sentence, values)
    if unknown is not None:
        return Diagnosis("values", unknown, words.choices(values))
    if sentence.table and not table:
        return Diagnosis("else", f"{text!r} has no table", f"`hopcheck steps {sentence.variants[0]}` shows one")
    return None
