"""``hopcheck steps``, ``hopcheck lint`` and ``hopcheck new``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hopcheck.exit_status import WRONG_USAGE
from hopcheck.home import CONTRACTS, FEATURES

if TYPE_CHECKING:
    from hopcheck.authoring.catalogue import Entry, Example

HERE = Path("features")


def add_parsers(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verbs."""
    steps = verbs.add_parser(
        "steps",
        help="the sentences that features are written in, each with an example",
        description="Lists every step sentence: its keyword, how it is written ({name} is yours to fill in), what it "
        "means, an example from the kit's own features, and what may be filled in where not everything may.",
    )
    steps.add_argument("words", nargs="*", metavar="WORD", help="only sentences that have these words, or mean them")
    form = steps.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs, such as editors")
    form.add_argument("--html", action="store_true", help="one page to search in, for a browser")
    steps.set_defaults(verb=_steps)

    lint = verbs.add_parser(
        "lint",
        help="what is wrong with features, before anything is started: file, line and likely fix",
        description="Finds steps that there are not or that two definitions fit, arrows, clauses, cases and tags that "
        "there are not, columns that no step names, scenarios that assert nothing, and what would be passed over in "
        "silence. Starts nothing.",
    )
    lint.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="features or folders (default: ./features, or the kit's own)",
    )
    lint.add_argument("--unused", action="store_true", help="list the sentences that none of these features uses, too")
    lint.add_argument("--tag", action="append", default=[], metavar="NAME", help="a tag of your own, without @")
    lint.set_defaults(verb=_lint)

    new = verbs.add_parser(
        "new",
        help="write a feature about some arrows of the diagram, to begin with",
        description="Writes NAME.feature: the main job's plan is executed, and each of the arrows is seen. It passes "
        "as it is written.",
    )
    new.add_argument("name", metavar="NAME", help="the file's name; words joined by - become the title")
    new.add_argument("--arrows", required=True, metavar="A-B", help="numbers of the diagram: 3-7, or 1,3-5")
    new.add_argument("--to", type=Path, default=HERE, metavar="DIR", help="where it goes (default: ./features)")
    new.set_defaults(verb=_new)


def _steps(options: argparse.Namespace) -> int:
    from hopcheck.authoring.catalogue import catalogue
    from hopcheck.authoring.sentence import sentences
    from hopcheck.authoring.vocabulary import vocabulary

    entries = [each for each in catalogue(sentences(), vocabulary(), FEATURES) if _has(each, options.words)]
    if not entries:
        print(f"hopcheck: no sentence has all of: {' '.join(options.words)}", file=sys.stderr)
        return WRONG_USAGE
    if options.json:
        sys.stdout.buffer.write(orjson.dumps([_as_json(each) for each in entries], option=orjson.OPT_INDENT_2) + b"\n")
        return 0
    if options.html:
        from hopcheck import __version__
        from hopcheck.authoring.page import page

        print(page(entries, __version__))
        return 0
    for entry in entries:
        print("\n".join(_lines(entry)))
    return 0


def _has(entry: Entry, words: Sequence[str]) -> bool:
    sentence = entry.sentence
    text = "\n".join([sentence.keyword, *sentence.variants, sentence.meaning, *entry.arrows.values()]).lower()
    return all(word.lower() in text for word in words)


def _lines(entry: Entry) -> Iterator[str]:
    for variant in entry.sentence.variants:
        yield f"{entry.sentence.keyword} {variant}"
    yield f"    {entry.sentence.meaning}"
    if entry.example is not None:
        about = entry.clause or (f"arrow {entry.arrow}" if entry.arrow else "")
        yield f"    for instance: {entry.example.text}{f'  ({about})' if about else ''}"
        yield from (f"        {line}" for line in entry.example.table)
        yield f"        {entry.example.file}:{entry.example.line}"
    if entry.arrows:
        yield "    the arrows:"
        yield from (f"      {number:>2}  {step}" for number, step in entry.arrows.items())
    for name, choices in entry.choices.items():
        if name == "clause":
            yield f"    {{{name}}} is one of {len(choices)}: `hopcheck clauses` lists them"
        else:
            yield f"    {{{name}}} is one of: {'; '.join(choices)}"
    for name, choices in entry.columns.items():
        yield f"    in the table, {name} is one of: {'; '.join(choices)}"
    if entry.sentence.machine:
        yield "    only on machines: tag the scenario @containers"
    yield ""


def _as_json(entry: Entry) -> dict[str, Any]:
    sentence, example = entry.sentence, entry.example
    return {
        "keyword": sentence.keyword,
        "sentence": sentence.variants[0],
        "variants": sentence.variants,
        "meaning": sentence.meaning,
        "table": sentence.table,
        "columns": entry.columns,
        "machine": sentence.machine,
        "example": None if example is None else _example(example),
        "arrow": entry.arrow,
        "clause": entry.clause,
        "arrows": [{"number": number, "step": step} for number, step in entry.arrows.items()],
        "choices": entry.choices,
    }


def _example(example: Example) -> dict[str, Any]:
    return {"text": example.text, "table": example.table, "file": example.file, "line": example.line}


def _lint(options: argparse.Namespace) -> int:
    from hopcheck.authoring.lint import features, lint

    own = [tag.removeprefix("@") for tag in options.tag]
    try:
        files = features(options.paths or [HERE if HERE.is_dir() else FEATURES])
        problems = [problem for file in files for problem in lint(file, own)]
    except OSError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    for problem in problems:
        print(problem)
    if options.unused:
        from hopcheck.authoring.unused import unused

        for sentence in unused(files):
            print(f"unused: {sentence.keyword} {sentence.variants[0]}")
    counted = f"{len(files)} feature{'s' * (len(files) != 1)}"
    if problems:
        print(f"hopcheck: {len(problems)} problem{'s' * (len(problems) != 1)} in {counted}", file=sys.stderr)
        return 1
    print(f"{counted}, no problems")
    return 0


def _new(options: argparse.Namespace) -> int:
    from hopcheck.authoring.starter import StarterError, chosen, file_name, starter
    from hopcheck.flow import parse

    diagram = parse((CONTRACTS / "flow.mmd").read_text("utf-8"))
    try:
        path: Path = options.to / file_name(options.name)
        text = starter(options.name, chosen(options.arrows, diagram), diagram)
        if options.to.exists() and not options.to.is_dir():
            raise StarterError(f"{options.to} is no folder")
        options.to.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except StarterError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    except FileExistsError as error:
        print(f"hopcheck: {error.filename} is there already, it is left as it is", file=sys.stderr)
        return WRONG_USAGE
    except OSError as error:
        print(f"hopcheck: {error.filename}: {error.strerror}", file=sys.stderr)
        return WRONG_USAGE
    print(f"written: {path}")
    print(f"then: hopcheck lint {path}, and hopcheck run {path}")
    return 0
