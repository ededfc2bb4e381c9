"""The table for people: docs/options.md, and what each option is here and now."""

from __future__ import annotations

from collections.abc import Iterator

from hopcheck.config.layers import CONFIG, DEFAULT, Values
from hopcheck.config.option import FLAG, SUT, Option, Value
from hopcheck.config.table import CONFORM, FUZZ, LIVE, OPTIONS, RUN, TOPOLOGY

VERBS = {
    TOPOLOGY: "`run`, `up`, `conform`, `diff-run`",
    RUN: "`run`",
    LIVE: "`run`, `up`",
    CONFORM: "`conform`, `diff-run`",
    FUZZ: "`conform`",
}
EXAMPLE = """\
# Components of ours; everybody else is the kit's stand-in.
[sut.ingress]
cmd = "./ingress --verbose"             # or image = "NAME", or url = "http://127.0.0.1:8080"
profile = "hopcheck/ingress.yaml"       # only where it is not configured as the real one is
capabilities = ["core"]
deviations = "hopcheck/known.yaml"
"""
DEVIATIONS = """\
- clause: ING-08
  reason: the answer lacks the account, which our gateway removes; ticket 4711
  expires: 2027-03-31
"""
UNSET = "-"


def document() -> str:
    """docs/options.md."""
    lines = [
        "# Options",
        "",
        "Made by `hopcheck options --markdown` from `hopcheck/config/table.py`; do not edit. An option may be given on",
        "the command line, in the environment, or in `hopcheck.toml`: the file in the working directory, or the one",
        f"that `--config FILE` or `{CONFIG}` names. The command line is stronger than the environment, the environment",
        "than the file. Of options by role (`ROLE=…`) each role is taken by itself: `--sut s3=…` leaves what the file",
        "has for `ingress`. Relative paths in the file are from where it lies, and so are those in a command there; on",
        "the command line and in the environment they are from the working directory.",
        "",
        "`hopcheck options` prints what each is here and now, and from where; `hopcheck doctor` checks them.",
        "",
        "| option | command line | `hopcheck.toml` | environment | type | default | verbs | what it is |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(_cells(option)) + " |" for option in OPTIONS]
    lines += [
        "",
        "An option that may be given several times is repeated on the command line, and has a line for each value in",
        "the environment. `[ROLE=]` may be left out where the verb is about one role.",
        "",
        "A file:",
        "",
        "```toml",
        EXAMPLE.rstrip(),
        "```",
        "",
        "Known deviations: each clause of the file that is broken shows as *skip* with its reason, until that day is",
        "over; from then on it fails.",
        "",
        "```yaml",
        DEVIATIONS.rstrip(),
        "```",
    ]
    return "\n".join(lines) + "\n"


def rows(found: Values) -> Iterator[str]:
    """A line for each option: its name, its value, and where that is from."""
    yield f"configuration file: {found.file or 'none'}"
    for option in OPTIONS:
        if option.line_only:
            continue
        value = found.values[option.name]
        yield f"{option.name:<13} {shown(option, value):<40} {', '.join(found.sources[option.name]) or DEFAULT}"


def shown(option: Option, value: Value) -> str:
    """A resolved value in words; ``-`` where there is none."""
    if value in (None, (), {}):
        return UNSET
    return ", ".join(option.words(value))


def _cells(option: Option) -> Iterator[str]:
    yield f"`{option.name}`"
    line = f"--{option.name} {option.metavar}".strip()
    yield _code(f"{option.short}, {line}" if option.short else line)
    yield UNSET if option.line_only else _key(option)
    yield UNSET if option.line_only else _code(option.variable)
    yield ", ".join(_code(choice) for choice in option.choices) if option.choices else option.type.name
    yield _default(option)
    yield VERBS[option.group]
    yield option.what.replace("|", "\\|")


def _key(option: Option) -> str:
    if option.type is SUT:
        return "`cmd`, `image`, `url` or `host = true` in `[sut.ROLE]`"
    return f"`{option.name}` in `[sut.ROLE]`" if option.by_role else f"`{option.name}`"


def _default(option: Option) -> str:
    if option.name == "report":
        return "`report`, `report-up`, `report-conform`"
    if option.type is FLAG or option.default in (None, (), {}):
        return UNSET
    return _code(option.type.text(option.default))


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")
