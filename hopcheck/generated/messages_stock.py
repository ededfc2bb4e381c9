"""A stock of valid values of one schema, and all that is wrong with a value of it: drawn by index, so drawn at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.checks.contracts.validator import compiled
from hopcheck.faults.derived.proposals import Proposal, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.generated.strategies import Valid

SIZE = 32
"""Values of a stock. What is drawn anew each time costs a hundred times as much."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema at a place of the contracts, with ``also`` what else is asked of a value there."""

    schemas: Schemas
    documents: Documents
    document: str
    pointer: Pointer
    also: tuple[At, ...] = ()

    @property
    def at(self) -> At:
        """The schema itself."""
        return At(self.document, self.documents.node(self.document, self.pointer))


@dataclass(frozen=True)
class Stock:
    """Values of a shape: ``examples`` come first, so that a case shrinks to what people know."""

    shape: Shape
    examples: tuple[Any, ...] = ()
    size: int = SIZE
    _wrong: dict[int, tuple[Proposal, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def strategy(self) -> SearchStrategy[Any]:
        """Valid values. Raises `ContractError` where the schema allows none."""
        made = Valid(self.shape.schemas).of(self.shape.at, *self.shape.also)
        if made is None:
            raise ContractError(f"{self.shape.document}: no value keeps the schema at {self.shape.pointer}")
        return made.filter(self.holds)

    @cached_property
    def values(self) -> Sequence[Any]:
        """The stock, the same each time."""
        found = [each for each in self.examples if self.holds(each)]

        @settings(
            max_examples=self.size,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(self.strategy)
        def draw(value: Any) -> None:
            found.append(value)

        draw()
        return found

    def holds(self, value: Any) -> bool:
        """Whether a value keeps the schema, by the judge's validator. What JSON cannot say does not."""
        try:
            return bool(self._validator.is_valid(value))
        except ValueError:
            return False

    def wrong(self, number: int) -> tuple[Proposal, ...]:
        """Every alteration of one of the values that the schema forbids."""
        if number not in self._wrong:
            proposed = Proposer(self.shape.schemas).propose(self.shape.at, self.values[number])
            self._wrong[number] = tuple(each for each in proposed if not self.holds(each.value))
        return self._wrong[number]

    @cached_property
    def _validator(self) -> Any:
        return compiled(self.shape.documents, self.shape.document, self.shape.pointer)
