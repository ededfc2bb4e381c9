"""Which right steps an author may have meant by a wrong one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from hopcheck.authoring.sentence import Sentence
from hopcheck.authoring.vocabulary import CASES, Vocabulary

SHOWN = 3
_SHORTLIST = 6
_TOKEN = re.compile(r'"[^"]*"|\S+')
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LEFT_OUT, _TOO_MANY, _SWAPPED, _A_WORD, _NO_QUOTES = 1.0, 0.8, 0.5, 0.15, 0.4
# A step is worth showing from here on; one with a clause or arrow that the scenario's tags name is that much nearer.
_WORTH, _MUCH_WORSE, _TAGGED = 0.5, 0.2, 0.06
_QUOTES = re.compile('["\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]')
_TAGS = re.compile(r"[A-Z]+-\d+")


def nearest(text: str, known: Iterable[str], count: int = SHOWN) -> list[str]:
    """Those of the known words that are most like the text, best first; none where nothing is alike.

    Those with the same number, however it is filled up with zeros, come before all others.
    """
    words = list(known)
    same = [each for each in words if _number(each) == _number(text)]
    return list(dict.fromkeys([*same, *get_close_matches(text, words, count, 0.6)]))[:count]


def meant(
    text: str, keyword: str, sentences: Sequence[Sentence], words: Vocabulary, hints: Collection[str] = ()
) -> list[str]:
    """Up to `SHOWN` steps that are right, best first, with the author's own values where there is nothing better.

    Sentences of another keyword are none. ``hints`` are words that are likely to be meant: the scenario's tags without
    ``@``, and the columns of its examples, each as ``<name>``.
    """
    of = [
        (_cost(text, variant), each, variant)
        for each in sentences
        if each.keyword == keyword
        for variant in each.variants
    ]
    of.sort(key=lambda each: each[0])
    scored: dict[str, float] = {}
    for _, sentence, variant in of[:_SHORTLIST]:
        for step in _filled(text, sentence, variant, words, hints):
            bonus = _TAGGED if _named(step, sentence, words) & set(hints) else 0.0
            scored[step] = max(scored.get(step, 0.0), likeness(text, step) + bonus)
    best = sorted(scored, key=lambda step: (-scored[step], step))[:SHOWN]
    return [step for step in best if scored[step] >= max(_WORTH, scored[best[0]] - _MUCH_WORSE)]


def likeness(one: str, other: str) -> float:
    """0 to 1; words in another order count for little."""
    straight = SequenceMatcher(None, one, other, autojunk=False).ratio()
    mixed = SequenceMatcher(None, _in_order(one), _in_order(other), autojunk=False).ratio()
    return max(straight, 0.98 * mixed)


def _in_order(text: str) -> str:
    return " ".join(sorted(text.replace('"', " ").split()))


def _named(step: str, sentence: Sentence, words: Vocabulary) -> set[str]:
    """The tags that go with a step."""
    values = sentence.values(step) or {}
    arrow = words.arrow(values) if {"source", "target", "text"} <= set(values) else None
    return {*_TAGS.findall(step), *([f"arrow-{arrow.number:02}"] if arrow else [])}


def _filled(text: str, sentence: Sentence, variant: str, words: Vocabulary, hints: Collection[str]) -> Iterator[str]:
    together = words.steps_of(sentence)
    if together:
        if sentence.function == CASES:
            column = {**fill(text, variant), "case": "<case>"}
            together = (
                *_likely(text, together),
                *([variant.format(**column)] if "<case>" in hints and "role" in column else []),
            )
        yield from together
        return
    values = fill(text, variant)
    choices: list[dict[str, str]] = [{}]
    for name in _PLACEHOLDER.findall(variant):
        options = _options(sentence, name, values.get(name, ""), words, hints)
        choices = [{**chosen, name: option} for chosen in choices for option in options]
    for chosen in choices:
        step = variant.format(**chosen)
        if step.count('"') % 2:
            continue
        open_ = any(value in (f"{{{name}}}", f"<{name}>") for name, value in chosen.items())
        if open_ or sentence.parser.is_matching(step):
            yield step


def _options(sentence: Sentence, name: str, value: str, words: Vocabulary, hints: Collection[str]) -> list[str]:
    """What may stand in a placeholder's place: of the words that are known, the tags' and the nearest to the value."""
    known = [sentence.shown(name, each) for each in words.values.get(name, ())]
    tagged = [each for each in sorted(hints) if each in known or each == f"<{name}>"]
    alike = [value] if value and not known else _alike(value, known) if value else []
    return list(dict.fromkeys([*tagged, *alike])) or [f"{{{name}}}"]


def _alike(value: str, known: Sequence[str]) -> list[str]:
    """The words that are most like a value; those with the same letters and number first."""
    same = [each for each in known if _number(each) == _number(value)]
    mixed = [each for each in known if sorted(each) == sorted(value)]
    return [*same, *mixed, *get_close_matches(value, known, SHOWN, 0.0)]


def _number(text: str) -> str:
    """A text without the zeros that numbers are filled up with."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def _likely(text: str, steps: Iterable[str]) -> list[str]:
    """The few of many steps that share most of their words' letters with the text."""
    mine = _pairs(text)
    return sorted(steps, key=lambda step: -2 * len(mine & _pairs(step)) / (len(mine) + len(_pairs(step))))[: 3 * SHOWN]


@lru_cache(4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def fill(text: str, variant: str) -> dict[str, str]:
    """What the author wrote where the sentence has placeholders, as well as can be told."""
    return dict(_aligned(text, variant)[1])


def _cost(text: str, variant: str) -> float:
    """How much has to be done to make the sentence of the text, for each of its words."""
    return _aligned(text, variant)[0] / len(_TOKEN.findall(variant))


@lru_cache(4096)
def _aligned(text: str, variant: str) -> tuple[float, tuple[tuple[str, str], ...]]:
    """The cheapest way to lay the sentence over the text: its cost, and what each placeholder then covers."""
    want, have = _TOKEN.findall(variant), _TOKEN.findall(text)
    best: list[list[tuple[float, tuple[tuple[str, str], ...]]]] = [
        [(float("inf"), ()) for _ in range(len(have) + 1)] for _ in range(len(want) + 1)
    ]
    best[0][0] = (0.0, ())

    def offer(i: int, j: int, cost: float, values: tuple[tuple[str, str], ...]) -> None:
        if cost < best[i][j][0]:
            best[i][j] = (cost, values)

    for i in range(len(want) + 1):
        for j in range(len(have) + 1):
            cost, values = best[i][j]
            if j < len(have):
                offer(i, j + 1, cost + _TOO_MANY, values)
            if i == len(want):
                continue
            offer(i + 1, j, cost + _LEFT_OUT, values)
            name = _PLACEHOLDER.search(want[i])
            if name is not None:
                for k in range(j + 1, len(have) + 1):
                    covered = " ".join(have[j:k])
                    unlike = want[i].startswith('"') and not covered.startswith('"')
                    more = _A_WORD * (k - j) + _NO_QUOTES * unlike
                    offer(i + 1, k, cost + more, (*values, (name[1], _unquoted(covered))))
            elif j < len(have):
                offer(i + 1, j + 1, cost + _unlike(want[i], have[j]), values)
                if i + 1 < len(want) and j + 1 < len(have) and "{" not in want[i + 1]:
                    swapped = _unlike(want[i], have[j + 1]) + _unlike(want[i + 1], have[j])
                    offer(i + 2, j + 2, cost + _SWAPPED + swapped, values)
            if i + 1 < len(want) and j + 1 < len(have):
                # A value and the word beside it have changed places.
                for at, (value, word) in ((i, (have[j + 1], have[j])), (i + 1, (have[j], have[j + 1]))):
                    name, literal = _PLACEHOLDER.search(want[at]), want[i + 1 if at == i else i]
                    if name is not None and "{" not in literal:
                        there = (*values, (name[1], _unquoted(value)))
                        offer(i + 2, j + 2, cost + _SWAPPED + _A_WORD + _unlike(literal, word), there)
    return best[-1][-1]


def _unquoted(text: str) -> str:
    """A value without the quotes around it, also without those of word processors and of other languages."""
    return _QUOTES.sub("", text).strip("'")


@lru_cache(65536)
def _unlike(one: str, other: str) -> float:
    """0 for the same word, to 1.8, which is no better than leaving one out and passing over the other."""
    if one == other:
        return 0.0
    return (_LEFT_OUT + _TOO_MANY) * (1 - SequenceMatcher(None, one, other, autojunk=False).ratio())
