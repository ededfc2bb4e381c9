"""How a command ends: four exit statuses, what each says in general, and what it says of one verb.

``python -m hopcheck.exit_status`` prints docs/exit-status.md; each verb's ``--help`` ends with its own rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command of the kit's ends with."""

    PASS = 0
    FAILED = 1
    WRONG_USAGE = 2
    HARNESS_ERROR = 3


PASS, FAILED, WRONG_USAGE, HARNESS_ERROR = ExitStatus
OF_VERDICT: Mapping[str, ExitStatus] = {"pass": PASS, "fail": FAILED, "error": HARNESS_ERROR}
"""Of the verdict on a run or a component."""

MEANINGS: Mapping[ExitStatus, str] = {
    PASS: "it was done, and nothing is wrong",
    FAILED: "a component failed, or what was looked at has a fault",
    WRONG_USAGE: "the command line or the configuration is wrong, or it was interrupted",
    HARNESS_ERROR: "the kit could not do its work: something is missing, or a part of it died",
}
OF_VERB: Mapping[str, Mapping[ExitStatus, str]] = {
    "run": {
        PASS: "every flow ended as asserted, nothing missing, forbidden, unmapped or in breach",
        FAILED: "a component failed: see the verdict",
        WRONG_USAGE: "the command line or the configuration is wrong, or it was interrupted: the trace so far is kept",
    },
    "conform": {
        PASS: "every clause that binds the role was kept, or has an explained state",
        FAILED: "the component broke a clause that is a MUST: see the report",
        HARNESS_ERROR: "the kit could not do its work, or nothing was exercised",
    },
    "diff-run": {
        PASS: "nothing differs",
        FAILED: "something differs, or was not played to its end with the component",
        WRONG_USAGE: "the command line, the configuration or a report is wrong, or it was interrupted",
        HARNESS_ERROR: "the kit could not do its work, or not play everything to its end with its own stand-in",
    },
    "judge": {
        PASS: "the trace passes",
        FAILED: "it does not",
        WRONG_USAGE: "there is no trace, or it is not what was certified",
        HARNESS_ERROR: "nothing can be said: the trace is empty, or a part of the kit had failed",
    },
    "faults": {PASS: "every fault was caught as its catalogue says", FAILED: "one was not"},
    "soak": {PASS: "no flow has a finding", FAILED: "one has"},
    "compare": {PASS: "B can replace A", FAILED: "it cannot", WRONG_USAGE: "a report cannot be read"},
    "verify": {
        PASS: "all is as it was certified",
        FAILED: "something differs",
        WRONG_USAGE: "there is no certificate, or the key is none",
    },
    "fuzz": {
        PASS: "every answer was one that its contract allows",
        FAILED: "an answer was not: see the findings",
        WRONG_USAGE: "the command line is wrong, or it was interrupted",
    },
    "fuzz-flow": {
        PASS: "every run went as the diagram says",
        FAILED: "one did not: see what it found",
        WRONG_USAGE: "the command line is wrong, or it was interrupted",
    },
    "lint": {PASS: "nothing is wrong", FAILED: "something is", WRONG_USAGE: "there is no feature at a PATH"},
    "new": {PASS: "the feature is written", WRONG_USAGE: "a file is there already, or there is no such arrow"},
    "init": {
        PASS: "all is written, or was there",
        WRONG_USAGE: "the role or the component is wrong, or nothing can be written",
    },
    "doctor": {
        PASS: "everything is there that the configuration needs",
        HARNESS_ERROR: "something that it needs is missing or wrong",
    },
    "options": {PASS: "they are printed", WRONG_USAGE: "the configuration is wrong"},
    "contracts lint": {PASS: "nothing is wrong", FAILED: "something is"},
    "contracts diff": {
        PASS: "nothing is breaking",
        FAILED: "something is breaking, or the trace is judged otherwise",
        WRONG_USAGE: "a version or the trace cannot be read",
    },
    "contracts coverage": {FAILED: "with --complete: something is missing"},
    "up": {PASS: "it is up", WRONG_USAGE: "the command line is wrong, or it was interrupted: nothing stays"},
    "status": {PASS: "what should run does", FAILED: "something that should run does not"},
    "live": {
        PASS: "Ctrl-C ended it",
        WRONG_USAGE: "there is no trace to show",
        HARNESS_ERROR: "the port is taken",
    },
    "shell": {PASS: "what the command on the host ended with, as any other number"},
    "down": {
        PASS: "nothing of it is there any more",
        WRONG_USAGE: "the command line is wrong, there is no such run, or more than one could be meant",
    },
}
CAUSES: tuple[tuple[ExitStatus, str, str], ...] = (
    (WRONG_USAGE, "an unknown verb, option, role, path, clause, tag, fault, host or run", "the nearest that there is"),
    (WRONG_USAGE, "a value or a key of hopcheck.toml that cannot be", "the line, and what is wanted"),
    (WRONG_USAGE, "Ctrl-C or TERM", "that everything it started has ended"),
    (HARNESS_ERROR, "a program is missing", "what to install, on this system"),
    (HARNESS_ERROR, "the Python is older than 3.11, or has no venv module", "what to install or set"),
    (HARNESS_ERROR, "the system is not Linux", "which verbs work there, and where a run does"),
    (HARNESS_ERROR, "the machine refuses namespaces", "what to allow"),
    (HARNESS_ERROR, "report or scratch directory is no directory, read-only or full", "which, why, and another one"),
    (HARNESS_ERROR, "the disk fills up during a run", "which file; no verdict is given, and nobody is blamed"),
    (HARNESS_ERROR, "too little memory", "how much is there and how much a run needs"),
    (HARNESS_ERROR, "too few inotify instances for so many hosts", "how many are left and wanted, and how to get more"),
    (HARNESS_ERROR, "a port that was asked for is taken", "which, and how to give another one"),
    (HARNESS_ERROR, "Kafka, PostgreSQL, an engine, an image or a service does not answer", "which, and where"),
)
DOCUMENT = "docs/exit-status.md"


def of(verb: str) -> Mapping[ExitStatus, str]:
    """What each status says of a verb (``contracts lint``); of one without words of its own, what it says of all."""
    return {**MEANINGS, **OF_VERB.get(verb, {})}


def epilog(verb: str) -> str:
    """The end of a verb's ``--help``."""
    rows = [f"  {status:d}  {said}" for status, said in of(verb).items()]
    return "\n".join(["exit status:", *rows, "`hopcheck manual` tells more", ""])


def document() -> Iterator[str]:
    """docs/exit-status.md, line by line."""
    yield "# Exit status"
    yield ""
    yield "Made by `python -m hopcheck.exit_status` from `hopcheck/exit_status.py`; do not edit. Every command ends"
    yield "with one of four, and where it is not 0, the command says on stderr what was wrong and what to do next."
    yield ""
    yield "| status | |"
    yield "|---|---|"
    yield from (f"| {status:d} | {said} |" for status, said in MEANINGS.items())
    yield ""
    yield "Where a verb means more by it (`-`: as above):"
    yield ""
    yield f"| verb | {' | '.join(f'{status:d}' for status in ExitStatus)} |"
    yield f"|---|{'---|' * len(ExitStatus)}"
    yield from (
        f"| `{verb}` | {' | '.join(own.get(status, '-') for status in ExitStatus)} |" for verb, own in OF_VERB.items()
    )
    yield ""
    yield "What ends so, and what is said then:"
    yield ""
    yield "| cause | status | says |"
    yield "|---|---|---|"
    yield from (f"| {cause} | {status:d} | {said} |" for status, cause, said in CAUSES)


if __name__ == "__main__":
    print("\n".join(document()))
