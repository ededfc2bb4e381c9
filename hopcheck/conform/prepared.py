"""What one role's component is put to, from the options: checked, chosen, and in lots."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopcheck import __version__
from hopcheck.config import of_role
from hopcheck.conform.identity import of_directory
from hopcheck.conform.plan import Item, Rules, chosen, items, lots
from hopcheck.conform.play import Lot
from hopcheck.generated.book import Book
from hopcheck.generated.engine import check_installed
from hopcheck.home import CONTRACTS
from hopcheck.options import settings
from hopcheck.topology.settings import AUTO, PROCESS, Settings

if TYPE_CHECKING:
    from hopcheck.checks.judge import Judge

PATIENCE_S = 20.0
"""How long a step of somebody's component may take where no other time is given."""


@dataclass(frozen=True)
class Prepared:
    """One role's run. ``declared`` are its capabilities, ``foreign`` says that the component is not the kit's own."""

    role: str
    settings: Settings
    foreign: bool
    runtime: str
    declared: tuple[str, ...]
    items: tuple[tuple[Item, ...], ...]

    @property
    def told(self) -> dict[str, Any]:
        """What its traces say of kit and run, whoever the component is."""
        return {
            "foreign": self.foreign,
            "contracts": of_directory(CONTRACTS),
            "kit": __version__,
            "runtime": self.runtime,
            "seed": self.settings.seed,
        }

    def lots(self, told: Mapping[str, Any], report: Path, given: Settings | None = None) -> tuple[Lot, ...]:
        """To be played with these settings (default: its own), the traces below ``report``."""
        return tuple(
            Lot(self.role, lot, given or self.settings, self.runtime, told, report, number, len(self.items))
            for number, lot in enumerate(self.items, 1)
        )


def prepare(options: argparse.Namespace, role: str, judge: Judge, rules: Rules, jobs: int, fuzz: int = 0) -> Prepared:
    """In ``jobs`` lots at most, with ``fuzz`` generated requests an operation where the role has a REST contract.

    Raises ValueError (`PlanError` among them) naming what is wrong.
    """
    asked = settings(lambda name: getattr(options, name.replace("-", "_")), role)
    foreign = asked.swapped(role) or role in asked.native
    asked = replace(asked, timeout_s=options.patience or (PATIENCE_S if foreign else asked.timeout_s))
    declared = rules.declared(of_role(options.capabilities, role, ()))
    if fuzz:
        check_installed()
    generated = fuzz if role in Book.load(CONTRACTS).roles else 0
    judge = judge.of(asked.generation)
    cases = [case for name, case in judge.cases.by_id.items() if name not in judge.generation.left_out]
    everything = items(
        role,
        rules.of(judge.generation),
        cases,
        declared,
        foreign=foreign,
        generated=generated,
        unbound=judge.disabled,
    )
    bound = {each.id: each for each in judge.catalogue.values() if role in each.roles}
    filled = lots(chosen(everything, options.only, bound), jobs)
    return Prepared(role, asked, foreign, _runtime(options, asked), declared, tuple(map(tuple, filled)))


def _runtime(options: argparse.Namespace, asked: Settings) -> str:
    """Processes, but where a host's image is asked for."""
    machines = asked.native or asked.host_image or asked.host_overlay
    return str(options.runtime) if options.runtime != AUTO or machines else PROCESS
