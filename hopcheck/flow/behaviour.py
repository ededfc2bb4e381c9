"""What a diagram means: its body as a process term."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from hopcheck.flow.model import Arrow, Block, Create, Destroy, Diagram, Item, NotExecutable
from hopcheck.flow.term import Term, Terms

_REFUSED_BLOCKS = {"critical": "'critical'", "break": "'break'"}


def lifeline_terms(diagram: Diagram) -> Terms:
    """Terms in which two arrows keep their order where they share a lifeline."""
    lifelines = {arrow.number: arrow.lifelines for arrow in diagram.arrows}
    return Terms(lambda one, other: not lifelines[one].isdisjoint(lifelines[other]))


def behaviour(
    diagram: Diagram, terms: Terms, event: Callable[[Arrow], Term] | None = None, apart: Collection[Block] = ()
) -> Term:
    """The whole diagram as one term, each arrow being one point event.

    ``event`` gives an arrow's term (default: the plain event); blocks in ``apart`` are left out.
    Raises `NotExecutable` at the first construct that has no meaning here.
    """
    check_executable(diagram)
    return body_term(diagram.body, terms, event or (lambda arrow: terms.event(arrow.number)), apart)


def body_term(
    items: Iterable[Item], terms: Terms, event: Callable[[Arrow], Term], apart: Collection[Block] = ()
) -> Term:
    """Some items in weak sequence. Notes and activations order nothing (rule 15)."""
    parts: list[Term] = []
    for item in items:
        if isinstance(item, Arrow):
            parts.append(event(item))
        elif isinstance(item, Block) and not any(item is block for block in apart):
            sections = [body_term(section.items, terms, event, apart) for section in item.sections]
            parts.append(_block_term(item, sections, terms))
    return terms.seq(*parts)


def check_executable(diagram: Diagram) -> None:
    """Raise `NotExecutable`, with line and column, where the diagram says more than the oracle can judge."""
    _check(diagram.body)


def _check(items: Iterable[Item]) -> None:
    for item in items:
        refused = _refusal(item)
        if refused:
            raise NotExecutable(item.line, item.column, f"the oracle does not execute {refused}")
        if isinstance(item, Block):
            for section in item.sections:
                _check(section.items)


def _refusal(item: Item) -> str | None:
    match item:
        case Create():
            return "'create'"
        case Destroy():
            return "'destroy'"
        case Block(kind=kind):
            return _REFUSED_BLOCKS.get(kind)
        case Arrow(bidirectional=True):
            return "a bidirectional arrow"
        case Arrow(head="cross"):
            return "a lost message (cross)"
        case Arrow(head="half"):
            return "a half arrow"
        case _:
            return None


def _block_term(block: Block, sections: list[Term], terms: Terms) -> Term:
    match block.kind:
        case "loop":
            return terms.loop(sections[0])
        case "opt":
            return terms.opt(sections[0])
        case "alt":
            # without an else, none of the guards may hold
            return terms.alt(*sections) if len(sections) > 1 else terms.opt(sections[0])
        case "par" | "par_over":
            return terms.par(*sections)
        case _:
            return sections[0]
