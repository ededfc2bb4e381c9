from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from hopcheck import cli
from hopcheck.authoring.sentence import sentences
from hopcheck.home import FEATURES, ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def catalogue(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert cli.main(["steps", "--json"]) == 0
    return list(json.loads(capsys.readouterr().out))


def test_each_sentence_has_an_example_that_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    entries = catalogue(capsys)
    assert len(entries) == len(sentences())
    for entry, sentence in zip(entries, sentences(), strict=True):
        example = entry["example"]
        assert entry["meaning"]
        assert example is not None, f"no feature of the kit says {entry['sentence']!r}"
        assert sentence.parser.is_matching(example["text"])
        line = (FEATURES.parent / example["file"]).read_text().splitlines()[example["line"] - 1]
        as_written = re.sub(r"<.+?>", ".+", re.escape(line.strip().partition(" ")[2]).replace(r"\ ", " "))
        assert re.fullmatch(as_written, example["text"])


def test_arrows_clauses_and_choices_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    by_sentence = {entry["sentence"]: entry for entry in catalogue(capsys)}
    arrow = by_sentence['{source} sends "{text}" to {target}']
    assert arrow["arrow"] == 1
    assert arrow["example"]["text"] == arrow["arrows"][0]["step"]
    assert [each["number"] for each in arrow["arrows"]] == list(range(1, 31))
    clause = by_sentence["clause {clause} holds"]
    assert clause["clause"] in clause["example"]["text"]
    assert clause["clause"] in clause["choices"]["clause"]
    assert "rhc is killed" in by_sentence["its {what}"]["choices"]["what"]


def test_steps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["steps"]) == 0
    out = capsys.readouterr().out
    assert 'Then the UI is answered {http_status} "{error}"\nThen the UI is answered {http_status}\n' in out
    assert "      26  Ingress sends" in out
    assert "(?P" not in out


def test_a_table_is_shown_with_what_may_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["steps", "plan", "these", "Systems"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Given a plan on these systems\n")
    assert "\n        | system | connection    | issues                           | outcome       |\n" in out
    assert "    in the table, connection is one of: connected; not connected\n" in out
    assert cli.main(["steps", "--html"]) == 0
    assert '<pre tabindex="0">| system | connection ' in capsys.readouterr().out
    (fleet,) = (each for each in catalogue(capsys) if each["sentence"] == "a plan on these systems")
    assert fleet["columns"]["outcome"] == ["complete", "failed", "not_connected"]
    assert fleet["example"]["table"][1].startswith("| web    | connected ")


def test_only_the_sentences_with_some_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["steps", "log", "says"]) == 0
    found = [line for line in capsys.readouterr().out.splitlines() if line and not line.startswith(" ")]
    assert found == ['Then the log says "{text}"', 'Then the log of {system} says "{text}"']
    assert cli.main(["steps", "log", "whispers"]) == 2
    assert capsys.readouterr().err == "hopcheck: no sentence has all of: log whispers\n"


def test_new_then_lint(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", "first-try", "--arrows", "3-7"]) == 0
    path = here / "features" / "first-try.feature"
    made = path.read_text()
    assert cli.main(["lint"]) == 0
    assert "1 feature, no problems" in capsys.readouterr().out
    assert cli.main(["new", "first-try", "--arrows", "8"]) == 2
    assert "features/first-try.feature is there already, it is left as it is" in capsys.readouterr().err
    assert path.read_text() == made
    path.write_text(made.replace("presses", "prases"))
    assert cli.main(["lint"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("features/first-try.feature:8: there is no step When 'the user prases Execute'\n")
    assert "    did you mean: the user presses Execute\n" in told.out
    assert "1 problem in 1 feature" in told.err


def test_the_kits_own_where_there_are_none_here(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lint"]) == 0
    assert f"{len(list(FEATURES.rglob('*.feature')))} features, no problems" in capsys.readouterr().out


def test_the_bootstrap_wants_no_broker_for_them() -> None:
    (verbs,) = re.findall(r"(?m)^(-h\|.+)\) ;;$", (ROOT / "kit").read_text())
    assert {"steps", "lint", "new"} <= set(verbs.split("|"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("lint nowhere", "there is no nowhere"),
        ("new a --arrows 31", "there is no arrow 31: the diagram has 1 to 30"),
        ("new a/b --arrows 3", "'a/b' is no name for a feature"),
        ("new a --arrows 3 --to file", "file is no folder"),
    ],
)
def test_what_cannot_be_done(line: str, why: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "file").touch()
    assert cli.main(shlex.split(line)) == 2
    assert why in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["file"]
