from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fakes.faults.seam import around, put


class Greeter:
    def greet(self, name: str, *, mark: str = ".") -> str:
        """Says hello."""
        return f"hello {name}{mark}"


@pytest.fixture
def greeter() -> type[Greeter]:
    return type("Bent", (Greeter,), {})


@pytest.fixture
def module() -> SimpleNamespace:
    return SimpleNamespace(LIMIT=50, twice=lambda n: 2 * n)


def test_a_constant_gets_another_value(module: SimpleNamespace) -> None:
    put(module, "LIMIT", None)
    assert module.LIMIT is None


def test_a_seam_that_is_gone_is_not_made_up(module: SimpleNamespace) -> None:
    with pytest.raises(AttributeError):
        put(module, "GONE", 1)
    with pytest.raises(AttributeError):
        around(module, "gone")
    assert set(vars(module)) == {"LIMIT", "twice"}


def test_a_method_is_bent_for_every_instance(greeter: type[Greeter]) -> None:
    before = greeter()

    @around(greeter, "greet")
    def shout(inner: Any, self: Greeter, name: str, **named: Any) -> str:
        return str(inner(self, name, **named)).upper()

    assert before.greet("bob", mark="!") == greeter().greet("bob", mark="!") == "HELLO BOB!"
    assert Greeter().greet("bob") == "hello bob."


def test_the_original_may_be_left_out(module: SimpleNamespace) -> None:
    @around(module, "twice")
    def never(inner: Any, n: int) -> int:
        return -n

    assert module.twice(4) == -4


def test_nothing_is_bent_before_there_is_a_fault(module: SimpleNamespace) -> None:
    around(module, "twice")
    assert module.twice(4) == 8


def test_bends_add_up(module: SimpleNamespace) -> None:
    for step in (1, 10):
        around(module, "twice")(lambda inner, n, step=step: inner(n) + step)
    assert module.twice(4) == 19


def test_what_is_bent_keeps_its_name(greeter: type[Greeter]) -> None:
    around(greeter, "greet")(lambda inner, *arguments: inner(*arguments))
    assert (greeter.greet.__name__, greeter.greet.__doc__) == ("greet", "Says hello.")
