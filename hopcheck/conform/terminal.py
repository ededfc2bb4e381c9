"""A conformance report on a terminal: what failed and why, then one screen of summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

from hopcheck.conform.failure import COLUMNS, explain, short
from hopcheck.conform.model import ClauseReport, Failure, Report
from hopcheck.printable import clipped, one_line

Told = tuple[Failure, ClauseReport | None]
WIDTH = 18
"""Of the names of facts, with what stands around them."""
FAILURES_SHOWN, NEIGHBOURS_SHOWN, TROUBLES_SHOWN = 5, 2, 5


def render(report: Report, directory: Path | None) -> list[str]:
    """Lines without colour. Where nothing failed they fit 24 rows of 80 columns, paths apart."""
    return [*_failures(report, directory), *_summary(report, directory)]


def told(report: Report) -> list[Told]:
    """The component's failures with their clauses: those that decide, in the catalogue's order, then the others."""
    found: list[Told] = [
        (failure, clause) for clause in report.clauses if clause.state != "skip" for failure in clause.failures
    ]
    found += [(failure, None) for failure in report.others]
    return sorted(found, key=lambda each: each[0].level != "MUST")


def _failures(report: Report, directory: Path | None) -> Iterator[str]:
    page = "its report, with --report DIR" if directory is None else str(directory / "index.html")
    for trouble in report.troubles[:TROUBLES_SHOWN]:
        yield clipped(f"KIT {trouble}", 3 * COLUMNS)
    yield from _more(report.troubles[TROUBLES_SHOWN:], "trouble", page)
    if report.troubles:
        yield ""
    deciding = _alike(each for each in told(report) if each[0].level == "MUST")
    for (failure, clause), *further in deciding[:FAILURES_SHOWN]:
        yield from explain(failure, clause)
        if further:
            yield f"  {len(further)} more like it"
        yield ""
    yield from _more(deciding[FAILURES_SHOWN:], "failure", page)
    if not deciding:
        for failure in report.neighbours[:NEIGHBOURS_SHOWN]:
            yield from explain(failure, None)
            yield ""
        yield from _more(report.neighbours[NEIGHBOURS_SHOWN:], "failure of neighbours", page)


def _alike(failures: Iterable[Told]) -> list[list[Told]]:
    """Those of one clause, or beside clauses of one contract or arrow, are one failure that shows again and again."""
    found: dict[tuple[object, ...], list[Told]] = {}
    for each in failures:
        failure = each[0]
        what = (failure.clause,) if failure.clause else (failure.kind, failure.contract, failure.arrow)
        found.setdefault(what, []).append(each)
    return list(found.values())


def _more(left: object, what: str, page: str) -> Iterator[str]:
    count = len(left) if isinstance(left, (list, tuple)) else 0
    if count:
        head, *rest = what.split(" ", 1)
        yield f"… and {count} more {' '.join([head if count == 1 else f'{head}s', *rest])}: see {one_line(page)}"
        yield ""


def _summary(report: Report, directory: Path | None) -> Iterator[str]:
    component = report.component
    identity = ", ".join(f"{name} {short(value)}" for name, value in sorted(component.identity.items()))
    remarks = sum(failure.level != "MUST" for failure in report.failures)
    facts = (
        ("component", f"{component.kind} {component.given}"),
        ("version", component.version or "it reported none"),
        ("identity", identity or "unknown"),
        ("kit", f"hopcheck {report.kit}"),
        ("contracts", f"{short(report.contracts)}, runtime {report.runtime}"),
        ("seeds", ", ".join(report.seeds)),
        ("capabilities", ", ".join(report.capabilities)),
        ("generation", report.generation if report.not_judged else ""),
        *(row for each in report.not_judged for row in _wrapped("not judged", each)),
        ("traces", _traces(report)),
        ("neighbours", _neighbours(report)),
        ("deviations", _deviations(report)),
        ("only", ", ".join(report.only)),
        ("beside clauses", _counted(len(report.others), "failure") if report.others else ""),
        ("remarks", f"{remarks} that fail nothing, see the report" if remarks else ""),
        ("clauses", f"{len(report.clauses)} bind {report.role}"),
    )
    yield clipped(f"hopcheck conform {report.role}", COLUMNS)
    yield from (clipped(f"  {name:{WIDTH - 3}} {value}", COLUMNS) for name, value in facts if value)
    for state, count in report.counts.items():
        ids = [each.id for each in report.clauses if each.state == state and state != "pass"]
        yield clipped(f"    {state.replace('_', ' '):13} {count:>3}  {' '.join(ids)}".rstrip(), COLUMNS)
    if directory is not None:
        yield f"  report: {one_line(str(directory / 'index.html'))}"
    if report.verdict == "error":
        yield "  Nothing is said of the component: the kit could not do its work. Is the machine very busy? Try again;"
        yield "  if it stays, show the kit's people the report."
    yield one_line(f"VERDICT: {report.said}")


def _wrapped(name: str, words: str) -> Iterator[tuple[str, str]]:
    """A fact in as many rows as it needs."""
    for number, line in enumerate(wrap(words, COLUMNS - WIDTH)):
        yield ("" if number else name), line


def _deviations(report: Report) -> str:
    """Those on the list that say something now."""
    told = [f"expired {each.id}" for each in report.clauses if each.state == "fail" and each.why]
    told += [f"{each.id} shows no longer" for each in report.clauses if each.state == "pass" and each.why]
    told += [f"known {each.id}" for each in report.clauses if each.state == "skip" and each.failures]
    return ", ".join(told)


def _traces(report: Report) -> str:
    return f"{_counted(len(report.parts), 'part')}, {sum(part.events for part in report.parts)} observations"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _neighbours(report: Report) -> str:
    count = len(report.neighbours)
    if not count:
        return "trusted, none failed"
    also = "mostly what follows from the failures above" if report.verdict == "fail" else "the kit's error"
    return f"{_counted(count, 'failure')}, {also}"
