"""At least one line for each verb that shows it in use; every ``--help`` and the manual have them."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "": ("hopcheck run", "hopcheck run --help"),
    "run": (
        "hopcheck run",
        "hopcheck run features/my-leg.feature --runtime process",
        'hopcheck run --sut ingress=cmd:"./my-ingress --verbose" --keep',
    ),
    "judge": ("hopcheck judge report/trace.jsonl",),
    "faults": ("hopcheck faults ingress", "hopcheck faults --derived report/trace.jsonl"),
    "fuzz": ("hopcheck fuzz ingress --cases 50 --seed 7",),
    "fuzz-flow": ("hopcheck fuzz-flow --runs 20 --seed monday",),
    "soak": ("hopcheck soak --flows 50 --quick",),
    "bench": ("hopcheck bench flow --runs 3",),
    "init": ('hopcheck init ingress --sut ingress=cmd:"node server.mjs"',),
    "doctor": ("hopcheck doctor",),
    "options": ("hopcheck options",),
    "conform": (
        'hopcheck conform ingress --sut ingress=cmd:"node server.mjs"',
        "hopcheck conform ingress -k ING-07",
        "hopcheck conform all -n 2",
    ),
    "roles": ("hopcheck roles", "hopcheck roles ingress"),
    "compare": ("hopcheck compare report-of-ours report-of-theirs",),
    "verify": ("hopcheck verify report-conform --key key.pub",),
    "diff-run": ('hopcheck diff-run --sut ingress=cmd:"node server.mjs"', "hopcheck diff-run report-a report-b"),
    "clauses": ("hopcheck clauses --role ingress --level MUST", "hopcheck clauses --trace report/trace.jsonl"),
    "contracts lint": ("hopcheck contracts lint",),
    "contracts list": ("hopcheck contracts list",),
    "contracts show": ("hopcheck contracts show H-018",),
    "contracts features": ("hopcheck contracts features ingress",),
    "contracts coverage": ("hopcheck contracts coverage report/trace.jsonl",),
    "contracts diff": ("hopcheck contracts diff HEAD~3 contracts", "hopcheck contracts diff old.yaml new.yaml"),
    "images build": ("hopcheck images build", "hopcheck images build --base centos-stream --tag my/host"),
    "images list": ("hopcheck images list",),
    "images remove": ("hopcheck images remove --all",),
    "steps": ("hopcheck steps",),
    "lint": ("hopcheck lint", "hopcheck lint features/my-leg.feature --tag nightly"),
    "new": ("hopcheck new my-leg --arrows 3-7",),
    "up": ("hopcheck up --hosts 2",),
    "status": ("hopcheck status",),
    "logs": ("hopcheck logs host-1 --follow",),
    "shell": ("hopcheck shell host-1", "hopcheck shell host-1 -- ls /etc/yggdrasil"),
    "down": ("hopcheck down",),
    "live": ("hopcheck live", "hopcheck live report/trace.jsonl --port 8080"),
    "completion": ("hopcheck completion bash",),
    "manual": ("hopcheck manual", "hopcheck manual --man | man -l -"),
}
"""By what follows ``hopcheck`` on the command line; the first of each is the plainest."""


def shown(verb: str) -> str:
    """What a verb's ``--help`` has of them, or nothing where the verb only holds others."""
    lines = [f"  {line}" for line in EXAMPLES.get(verb, ())]
    return "\n".join(["for instance:", *lines, "", ""]) if lines else ""
