"""The options that say what a topology is made of, the same for every verb that brings one up."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hopcheck.topology.settings import RUNTIMES, Settings, parse_native
from hopcheck.topology.sut import parse_suts

# The verifier front end that the worker calls is what tells its generations apart.
GENERATIONS = {"rhc-playbook-verifier": "0.2.4", "insights-client": "0.2.3"}
REPEATED = ("host_cap", "sut")
SINGLE = ("report", "runtime", "host_image", "host_overlay", "native", "hosts", "bootstrap", "verifier")


def add_options(parser: argparse.ArgumentParser, *, report: str) -> None:
    """Adds them to a verb; ``report`` is that verb's default for ``--report``."""
    parser.add_argument("--report", default=report, metavar="DIR", help=f"where the report goes (default: {report}/)")
    parser.add_argument(
        "--runtime",
        choices=RUNTIMES,
        default="auto",
        help="where hosts live: machines in containers, or processes beside the kit (default: auto, containers where "
        "an engine answers)",
    )
    parser.add_argument(
        "--hosts", type=int, default=1, metavar="N", help="how many systems there are, and the main job's plan is on"
    )
    parser.add_argument("--host-image", metavar="NAME", help="the image of the hosts in containers (default: our own)")
    parser.add_argument(
        "--host-overlay", type=Path, metavar="DIR", help="a directory to copy over the root of the hosts' image first"
    )
    parser.add_argument(
        "--native",
        default="",
        metavar="ROLES",
        help="roles that image or overlay hold for real, comma-separated: rhc,rhc-worker-playbook,insights-client",
    )
    parser.add_argument(
        "--host-cap",
        action="append",
        default=[],
        metavar="NAME",
        help="a capability for the hosts' containers, for instance SYS_ADMIN where a unit's sandboxing needs it",
    )
    parser.add_argument(
        "--sut",
        action="append",
        default=[],
        metavar="ROLE=cmd:COMMAND",
        help="put another program in a role's place, for instance ingress=cmd:./my-ingress",
    )
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="Kafka to use instead of the embedded mock cluster")
    parser.add_argument(
        "--verifier",
        choices=list(GENERATIONS),
        default="rhc-playbook-verifier",
        help="which verifier front end the worker calls",
    )


def given(options: argparse.Namespace, prefix: str = "--") -> list[str]:
    """The same options as arguments again, for another program; what was left out stays out."""
    arguments = []
    for name in SINGLE:
        if value := getattr(options, name):
            arguments.append(f"{prefix}{name.replace('_', '-')}={value}")
    for name in REPEATED:
        arguments += [f"{prefix}{name.replace('_', '-')}={value}" for value in getattr(options, name)]
    return arguments


def settings(option: Callable[[str], Any]) -> Settings:
    """What the options ask for; ``option`` gives one by name (``host-cap``). Raises ValueError naming what is wrong."""
    if (hosts := option("hosts")) < 1:
        raise ValueError(f"--hosts {hosts}: want 1 or more")
    suts = parse_suts(option("sut"))
    native = tuple(dict.fromkeys([*parse_native(option("native")), *(r for r, s in suts.items() if s.kind == "host")]))
    for sut in suts.values():
        if sut.kind == "host" and not option("host-image") and not option("host-overlay"):
            raise ValueError(f"--sut {sut}: nothing holds it: give --host-image NAME or --host-overlay DIR, too")
    return Settings(
        report=Path(option("report")),
        hosts=hosts,
        commands={role: sut.argv for role, sut in suts.items() if sut.kind == "cmd"},
        suts=suts,
        bootstrap=option("bootstrap"),
        worker_generation=GENERATIONS[option("verifier")],
        host_image=option("host-image"),
        host_overlay=option("host-overlay"),
        native=native,
        host_capabilities=tuple(option("host-cap")),
    )
