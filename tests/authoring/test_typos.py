"""Typos in the kit's own features: the right step is among those that are suggested."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from hopcheck.authoring.diagnosis import diagnose
from hopcheck.authoring.lint import lint
from hopcheck.authoring.sentence import sentences
from hopcheck.authoring.vocabulary import vocabulary
from hopcheck.authoring.written import steps
from hopcheck.feature import read, scenarios
from hopcheck.home import FEATURES

SEED, TYPOS, WANTED = 20, 200, 0.95
# What is the author's own: a typo in it can be known by nobody.
OWN = {"system", "count", "http_status", "error", "code", "path", "text", "issues", "user"}


def swapped(rng: random.Random, text: str) -> str:
    at = letter(rng, text)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def dropped(rng: random.Random, text: str) -> str:
    at = letter(rng, text)
    return text[:at] + text[at + 1 :]


def doubled(rng: random.Random, text: str) -> str:
    at = letter(rng, text)
    return text[: at + 1] + text[at:]


def missing(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    del words[rng.randrange(len(words))]
    return " ".join(words)


def misplaced(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    at = rng.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


KINDS: tuple[Callable[[random.Random, str], str], ...] = (swapped, dropped, doubled, missing, misplaced)


def letter(rng: random.Random, text: str) -> int:
    """A place where two letters or digits stand side by side."""
    return rng.choice([at for at in range(len(text) - 1) if text[at : at + 2].isalnum()])


def written() -> Iterator[tuple[Path, int, str, str]]:
    """Every step of the kit's features: its file, line, keyword and text."""
    for path in sorted(FEATURES.rglob("*.feature")):
        for scenario, _ in scenarios(read(path)):
            yield from ((path, step.line, step.keyword, step.text) for step in steps(scenario))


def cannot_be_known(keyword: str, right: str, wrong: str) -> bool:
    """Whether the typo only made another value of what is the author's own, or the name of another clause."""
    for sentence in sentences():
        before, after = sentence.values(right), sentence.values(wrong)
        if sentence.keyword == keyword and before is not None and after is not None:
            return {name for name in before if before[name] != after.get(name)} <= {*OWN, "clause"}
    return False


def test_the_right_step_is_among_the_first_three(tmp_path: Path) -> None:
    rng, places = random.Random(SEED), list(written())
    found, missed, silent = 0, list[str](), list[str]()
    while found + len(missed) < TYPOS:
        path, line, keyword, right = rng.choice(places)
        wrong = rng.choice(KINDS)(rng, right)
        if wrong == right:
            continue
        lines = path.read_text("utf-8").splitlines()
        lines[line - 1] = lines[line - 1].replace(right, wrong)
        copy = tmp_path / path.name
        copy.write_text("\n".join(lines) + "\n", "utf-8")
        told = lint(copy)
        if not told:
            silent.append(f"{right} -> {wrong}")
            assert cannot_be_known(keyword, right, wrong), f"nothing was said of {wrong!r}, which was {right!r}"
            continue
        assert told[0].line == line, told
        meant = [fix.partition(": ")[2] for fix in told[0].fixes[:3] if fix.startswith(("did you mean: ", "or: "))]
        for step in meant:
            # What has a placeholder or a column left is the author's to fill in.
            if not set("{<") & set(step):
                assert diagnose(keyword, step, sentences(), vocabulary(), table=True) is None, step
        if right in meant:
            found += 1
        else:
            missed.append(f"{right!r} -> {wrong!r}: {told[0]}")
    assert found >= WANTED * TYPOS, "\n".join(missed)
    assert len(silent) < TYPOS / 10, "\n".join(silent)
