"""The catalogue as rows for a terminal, and as Markdown for the documentation."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hopcheck.catalogue.book import Book
from hopcheck.checks.clause import NOWHERE, Clause
from hopcheck.checks.generation import PRESENT

HEAD = ("clause", "level", "roles", "judged", "broken by")
_WIDTHS = (9, 7, 34, 24, 40)


def rows(
    book: Book,
    clauses: Iterable[Clause],
    width: int,
    *,
    reasons: bool = False,
    states: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """A line for each clause, its rule below it, and where ``reasons`` are asked for why nothing judges it.

    ``states`` are those of a run, by clause.
    """
    yield _line(HEAD)
    for clause in clauses:
        broken = ", ".join([fault.id for fault in book.broken_by(clause)] + _wrong_answers(book, clause))
        yield _line((clause.id, clause.level, ", ".join(clause.roles), _how(book, clause), broken or "-"))
        said = clause.text if not (reasons and clause.reason) else f"{clause.text} ({clause.reason})"
        if states is not None:
            said += f" [{states.get(clause.id, 'unknown')}]"
        yield from textwrap.wrap(said, width, initial_indent="    ", subsequent_indent="    ")


def totals(book: Book, clauses: Sequence[Clause], states: Mapping[str, str] | None = None) -> Iterator[str]:
    """How many there are, with and without quirks, how they are judged, and how many are shown to bite.

    With the ``states`` of a run also how many were kept there, and how many have both cases, kept and broken.
    """
    for name, some in (
        ("all", clauses),
        ("without quirks", [clause for clause in clauses if clause.level != "QUIRK"]),
        ("MUST", [clause for clause in clauses if clause.level == "MUST"]),
        ("SHOULD", [clause for clause in clauses if clause.level == "SHOULD"]),
        ("QUIRK", [clause for clause in clauses if clause.level == "QUIRK"]),
    ):
        modes = Counter(mode for clause in some for mode in book.modes(clause))
        nothing = sum(clause.judged == NOWHERE for clause in some)
        written = sum(bool(book.broken_by(clause)) for clause in some)
        made = sum(book.covered(clause) for clause in some) - written
        line = (
            f"{name:<15} {len(some):>4}: passive {modes['passive']}, active {modes['active']}, not judged {nothing}; "
            f"broken by a wrong stand-in {written}, by a wrong answer to a case alone {made}"
        )
        if states is not None:
            kept = [clause for clause in some if states.get(clause.id) == "pass"]
            line += f"; kept {len(kept)}, both {sum(map(book.covered, kept))}"
        yield line


def clauses_document(book: Book) -> str:
    """docs/clauses.md."""
    clauses = list(book.clauses.values())
    lines = [
        "# Clauses",
        "",
        "Made by `hopcheck clauses --markdown` from `contracts/clauses`; do not edit. A clause is one rule that the",
        "rest of the flow relies on. MUST and SHOULD bind; a QUIRK is what the real component does and nobody need",
        "share. *Passive* clauses are judged always, over whatever a trace holds: by a contract single messages, by a",
        "relation several. *Active* ones have a case: a stimulus of the kit's own, and mostly the answer that it must",
        "have. *Broken by* names the deliberately wrong stand-ins that are caught by it.",
        "",
        *(f"- {line}" for line in totals(book, clauses)),
        "",
        "| clause | level | rule | roles | judged | broken by | source, evidence |",
        "|---|---|---|---|---|---|---|",
    ]
    for clause in clauses:
        faults = ", ".join([f"`{fault.id}`" for fault in book.broken_by(clause)] + _wrong_answers(book, clause))
        how = _how(book, clause) if clause.judged != NOWHERE else f"not judged: {clause.reason}"
        versions = f" ({clause.versions})" if clause.versions else ""
        cells = (
            clause.id,
            clause.level,
            clause.text + versions,
            ", ".join(clause.roles),
            how,
            faults,
            f"{clause.source}, {clause.evidence}",
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def faults_document(book: Book) -> str:
    """docs/faults.md."""
    lines = [
        "# Deliberately wrong stand-ins",
        "",
        "Made by `hopcheck faults --markdown` from `contracts/faults/`; do not edit. `hopcheck faults` plays each",
        "and says who noticed; the role to blame is the one before the dot.",
        "",
        f"{len(book.faults)} faults, on {len({fault.arrow for fault in book.faults.values()} - {None})} of 30 arrows.",
        "",
        "| fault | arrow | what it does | caught by | blamed as well, and why |",
        "|---|---|---|---|---|",
    ]
    for fault in book.faults.values():
        others = "; ".join(f"{role}: {why}" for role, why in fault.also.items())
        cells = (
            f"`{fault.id}`",
            str(fault.arrow or "-"),
            fault.breaks if fault.generation == PRESENT else f"{fault.breaks} (hosts of {fault.generation})",
            f"{fault.caught_by.kind}: {fault.caught_by.place}",
            others,
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    lines += [
        "",
        "## Wrong answers to cases",
        "",
        "One for each case of `contracts/cases/`, made from the case: what was to be refused is answered 200, what",
        "was not is refused. `hopcheck faults --cases` plays them.",
        "",
        "| case | role | right answer | caught by |",
        "|---|---|---|---|",
    ]
    for case in (each for each in book.cases.values() if each.request is not None):
        row = (case.id, case.role, str(case.status), ", ".join(case.clauses))
        lines.append("| " + " | ".join(_cell(cell) for cell in row) + " |")
    return "\n".join(lines) + "\n"


def _how(book: Book, clause: Clause) -> str:
    modes = book.modes(clause)
    return f"{clause.judged} ({', '.join(modes)})" if modes else "not judged"


def _wrong_answers(book: Book, clause: Clause) -> list[str]:
    count = len(book.answered_wrong(clause))
    return [f"wrong answers to {count} case{'s' if count > 1 else ''}"] if count else []


def _line(cells: Sequence[str]) -> str:
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").strip()
