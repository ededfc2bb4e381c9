"""The settings that the options ask for, the same for every verb that brings a topology up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.config import add_options, fill, given, of_role
from hopcheck.config.table import GENERATIONS
from hopcheck.doctor import configuration
from hopcheck.doctor.check import OK
from hopcheck.environment import about
from hopcheck.topology.profile import PRESENT, of_generation
from hopcheck.topology.roles import check_profiles
from hopcheck.topology.settings import Settings, parse_native

__all__ = ["add_options", "fill", "given", "settings"]


def settings(option: Callable[[str], Any], role: str | None = None) -> Settings:
    """What the options ask for; ``option`` gives one by name (``host-cap``), after `fill`.

    ``role`` is the one that a profile is for which names none. Raises ValueError naming what is wrong.
    """
    suts = option("sut")
    hosted = [sut for sut in suts.values() if sut.kind == "host"]
    for sut in hosted:
        if not option("host-image") and not option("host-overlay"):
            raise ValueError(f"--sut {sut}: nothing holds it: give --host-image NAME or --host-overlay DIR, too")
    for sut in suts.values():
        if sut.kind == "cmd" and (check := configuration.command(sut)).state != OK:
            raise ValueError(f"--sut {sut}: {check.said}: {check.todo}")
    profiles = dict(option("profile"))
    if "" in profiles:
        if role is None:
            raise ValueError(f"--profile {profiles['']}: whose is it? want ROLE=FILE")
        profiles[role] = of_role(profiles, role)
        del profiles[""]
    generation = "" if option("generation") == PRESENT else option("generation")
    if generation:
        profiles = {**of_generation(generation), **profiles}
    native = parse_native(",".join(option("native")))
    made = Settings(
        report=option("report"),
        hosts=option("hosts"),
        commands={name: sut.argv for name, sut in suts.items() if sut.kind == "cmd"},
        suts=suts,
        profiles=profiles,
        postgres=option("postgres"),
        first_port=option("first-port"),
        bootstrap=option("bootstrap"),
        worker_generation=GENERATIONS[option("verifier")],
        generation=generation,
        host_image=option("host-image"),
        host_overlay=option("host-overlay"),
        native=tuple(dict.fromkeys([*native, *(sut.role for sut in hosted)])),
        host_capabilities=option("host-cap"),
        about=about(option),
    )
    check_profiles(made)
    return made
