"""The manual as a page: sections of paragraphs, lists of terms and commands, in the order that man pages have."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from hopcheck import exit_status
from hopcheck.config.layers import CONFIG
from hopcheck.config.option import ENVIRONMENT
from hopcheck.config.table import OPTIONS
from hopcheck.manual.examples import EXAMPLES
from hopcheck.manual.verb import Term, Verb, verbs

WHAT = "brings the Insights remediation flow up on one machine and judges every hop from outside"
DESCRIPTION = (
    "Hopcheck starts every participant of the remediation flow, or takes yours in the place of one, watches each hop "
    "between them, and judges what it saw against the sequence diagram and one contract per hop.",
    "Where `hopcheck` stands below, a checkout has `./kit`, which installs what is needed first. `--help` after a verb "
    "tells what this page tells of it.",
)
VARIABLES: tuple[Term, ...] = (
    (CONFIG, "the configuration file, in place of hopcheck.toml in the working directory"),
    ("HOPCHECK_CONTRACTS", "another version of the contracts to go by: the directory that holds them"),
    ("HOPCHECK_SCRATCH", "the directory in which runs have theirs, in place of the one for temporary files"),
    ("HOPCHECK_DEBIAN_MIRROR", "a mirror, or a file of apt sources, for the offline base of hosts' images"),
    ("HOPCHECK_REPOSITORY", "where CI jobs that `init` wrote get the kit from: an address for git clone"),
    ("DOCKER_HOST", "the container engine's socket, in place of Docker's own"),
    ("XDG_CACHE_HOME", "where bases and wheels of hosts' images are kept, in place of ~/.cache"),
    (
        "XDG_STATE_HOME",
        "where the key of lasting passwords lies, in place of ~/.local/state",
    ),
)
FILES: tuple[Term, ...] = (
    ("hopcheck.toml", "options that would otherwise be typed each time; docs/options.md has every key"),
    ("features/", "features of yours; `run` plays them by their paths, `lint` reads them all"),
    ("report/", "what a run leaves: index.html, trace.jsonl, summary.json, junit.xml, and logs/ of all participants"),
    ("report-conform/", "what `conform` leaves; besides badge.svg, report.json and certificate.json"),
    ("~/.cache/hopcheck/", "bases and wheels of hosts' images; may be removed at any time"),
    (
        "~/.local/state/hopcheck/",
        "the key of the passwords that components which run already are configured with",
    ),
)
SEE_ALSO = (
    "in the kit's repository: docs/README.md, docs/tutorial.md, docs/howto/, docs/bring-your-own.md, docs/options.md, "
    "docs/exit-status.md, contracts/flow.mmd"
)


@dataclass(frozen=True, slots=True)
class Section:
    """``level`` is 1 or 2. Paragraphs come first, then terms, then commands."""

    level: int
    title: str
    paragraphs: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    commands: tuple[str, ...] = ()


def page(parser: argparse.ArgumentParser) -> Iterator[Section]:
    """The manual of the command that ``parser`` reads."""
    whole, *rest = verbs(parser)
    yield Section(1, "Name", (f"hopcheck - {WHAT}",))
    yield Section(1, "Synopsis", commands=("hopcheck [OPTION]… VERB [OPTION]… [ARGUMENT]…",))
    yield Section(1, "Description", DESCRIPTION)
    yield Section(1, "Options before the verb", terms=whole.options)
    yield Section(1, "Verbs", terms=tuple((verb.name, verb.summary) for verb in rest if " " not in verb.name))
    for verb in rest:
        yield from _of(verb)
    yield Section(1, "Exit status", terms=tuple((f"{status:d}", said) for status, said in exit_status.MEANINGS.items()))
    yield Section(
        1, "Environment", ("Each option that hopcheck.toml may have has a variable, too:",), tuple(_options())
    )
    yield Section(1, "Other variables", terms=VARIABLES)
    yield Section(1, "Files", terms=FILES)
    yield Section(1, "See also", (SEE_ALSO,))


def _of(verb: Verb) -> Iterator[Section]:
    examples = EXAMPLES.get(verb.name, ())
    if not examples:  # It only holds others, which follow.
        return
    status = exit_status.OF_VERB.get(verb.name, {})
    ends = f"Exit status: {'; '.join(f'{number:d} {said}' for number, said in status.items())}."
    terms = (*verb.arguments, *verb.options)
    yield Section(2, verb.name, (verb.synopsis, verb.description, *([ends] if status else [])), terms, examples)


def _options() -> Iterator[Term]:
    for option in OPTIONS:
        if not option.line_only:
            yield ENVIRONMENT + option.name.upper().replace("-", "_"), f"--{option.name}: {option.what}"
