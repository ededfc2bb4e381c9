"""All options that say how the kit works, once: everything that reads or documents them goes by this table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hopcheck.config.option import COUNT, FLAG, NAMES, PATH, PORT, PROFILE, SECONDS, SUT, TEXT, Option
from hopcheck.topology.profile import PRESENT, generations
from hopcheck.topology.settings import AUTO, RUNTIMES

TOPOLOGY, CONFORM, FUZZ, RUN, LIVE = "topology", "conform", "fuzz", "run", "live"
# The verifier front end that the worker calls is what tells its generations apart.
GENERATIONS = {"rhc-playbook-verifier": "0.2.4", "insights-client": "0.2.3"}

OPTIONS = (
    Option("report", PATH, "DIR", "where the report goes", TOPOLOGY),
    Option(
        "sut",
        SUT,
        "ROLE=cmd:COMMAND",
        "put another component in a role's place: ROLE=cmd:COMMAND, ROLE=image:NAME, ROLE=url:BASE (it runs already) "
        "or ROLE=host (the hosts' image holds it); for instance ingress=cmd:./my-ingress",
        TOPOLOGY,
        {},
        by_role=True,
    ),
    Option(
        "profile",
        PROFILE,
        "[ROLE=]FILE",
        "how a role's component is configured and started, where its real counterpart's profile does not fit",
        TOPOLOGY,
        {},
        by_role=True,
    ),
    Option(
        "runtime",
        TEXT,
        "WHERE",
        "where hosts live: machines in containers, or processes beside the kit; auto takes containers where an engine "
        "answers",
        TOPOLOGY,
        AUTO,
        choices=RUNTIMES,
    ),
    Option("hosts", COUNT, "N", "how many systems there are, and the main job's plan is on", TOPOLOGY, 1),
    Option("host-image", TEXT, "NAME", "the image of the hosts in containers, in place of our own", TOPOLOGY),
    Option("host-overlay", PATH, "DIR", "a directory to copy over the root of the hosts' image first", TOPOLOGY),
    Option(
        "native",
        NAMES,
        "ROLES",
        "roles that image or overlay hold for real: rhc, rhc-worker-playbook, insights-client",
        TOPOLOGY,
        (),
    ),
    Option(
        "host-cap",
        TEXT,
        "NAME",
        "a capability for the hosts' containers, for instance SYS_ADMIN where a unit's sandboxing needs it",
        TOPOLOGY,
        (),
        repeated=True,
    ),
    Option("bootstrap", TEXT, "HOST:PORT", "Kafka to use instead of the embedded mock cluster", TOPOLOGY),
    Option(
        "postgres",
        TEXT,
        "URL",
        "a PostgreSQL server for the components that need one, postgresql://USER:PASSWORD@HOST:PORT; the user may "
        "create databases",
        TOPOLOGY,
    ),
    Option(
        "first-port",
        PORT,
        "N",
        "components and taps take ports from here on, so that what runs already can be configured once; without it, "
        "any that are free",
        TOPOLOGY,
    ),
    Option(
        "verifier",
        TEXT,
        "NAME",
        "which verifier front end the worker calls",
        TOPOLOGY,
        "rhc-playbook-verifier",
        choices=tuple(GENERATIONS),
    ),
    Option(
        "generation",
        TEXT,
        "NAME",
        "which generation of hosts it is about: of RHEL 10 (yggdrasil 0.4, workers on D-Bus), or of RHEL 8 and 9 "
        "(rhcd 0.2), of which less can be watched",
        TOPOLOGY,
        PRESENT,
        choices=generations(),
    ),
    Option("keep", FLAG, "", "keep hosts and scratch directory of a run that fails", RUN, False, line_only=True),
    Option(
        "reconcile",
        FLAG,
        "",
        "compare the trace with what broker, bus, Kafka and servers count themselves; a difference "
        "is the kit's failure",
        RUN,
        False,
        line_only=True,
    ),
    Option(
        "live",
        FLAG,
        "",
        "serve a page that shows the sequence diagram filling in while the run goes; the URL is told at its start",
        RUN,
        False,
        line_only=True,
    ),
    Option("live-port", PORT, "N", "the port of that page; without it, any that is free", LIVE),
    Option("jobs", COUNT, "N", "how many topologies are up at a time", CONFORM, 1, short="-n"),
    Option(
        "patience",
        SECONDS,
        "S",
        "how many seconds any one step may take: 20 where nothing is given, for the kit's own stand-ins 120",
        CONFORM,
    ),
    Option(
        "capabilities",
        NAMES,
        "[ROLE=]NAMES",
        "the extensions that a component has, comma-separated; those that are not named are disabled (without it, it "
        "has all)",
        CONFORM,
        {},
        by_role=True,
    ),
    Option(
        "deviations",
        PATH,
        "[ROLE=]FILE",
        "known deviations of a component, each with its reason and the day on which it expires",
        CONFORM,
        {},
        by_role=True,
    ),
    Option(
        "fuzz",
        COUNT,
        "N",
        "put generated requests to a role with a REST contract, too: N random ones an operation, besides those that "
        "follow from the contract",
        FUZZ,
    ),
    Option("sign-key", PATH, "FILE", "a private key in PEM that signs the certificate", CONFORM),
)
BY_NAME = {option.name: option for option in OPTIONS}
IN_FILE = tuple(option for option in OPTIONS if not option.by_role and not option.line_only)
OF_ROLE = tuple(option for option in OPTIONS if option.by_role and option.type is not SUT)


def of_groups(groups: Iterable[str]) -> Iterator[Option]:
    """Those of some groups, in the table's order."""
    wanted = set(groups)
    return (option for option in OPTIONS if option.group in wanted)
