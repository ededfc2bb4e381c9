"""``python -m fakes.insights_client.verifier --stdin``: the command ``/usr/libexec/rhc-playbook-verifier``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from fakes.insights_client import VERSION, core, paths


class Rejected(Exception):
    """The playbook is not to be run; the text says why."""


def main(arguments: Sequence[str]) -> int:
    """The playbook and a line feed on stdout and 0, or the reason on stdout and 1 (facts 5.1, H-063)."""
    options = _parser().parse_args(arguments)
    if options.debug:
        logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    try:
        playbook = options.playbook.read_bytes() if options.playbook else sys.stdin.buffer.read()
        verify(playbook, options.key, options.revocation_list)
    except (Rejected, OSError) as error:
        print(error)
        return 1
    sys.stdout.buffer.write(playbook + b"\n")
    return 0


def verify(playbook: bytes, public_key: Path, revocation_list: Path) -> None:
    """Every play of `playbook` by insights-core's code and gpg (H-062). Raises Rejected, OSError."""
    core.without_start_up()
    core.supply_verifier(public_key, revocation_list)
    core.gpg_home(paths.GPG_HOME)
    code = core.verifier()
    try:
        for play in code.load_playbook_yaml(playbook.decode()):
            code.verify(play)
    except code.PlaybookVerificationError as error:
        raise Rejected(error.message) from error
    except (ValueError, TypeError, AttributeError) as error:
        # What insights-core's command ends on with a traceback: not UTF-8, not a list, not maps.
        raise Rejected(f"Could not load the playbook: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rhc-playbook-verifier", allow_abbrev=False)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--stdin", action="store_true")
    source.add_argument("--playbook", type=Path)
    parser.add_argument("--key", type=Path, default=paths.PUBLIC_KEY)
    parser.add_argument("--revocation-list", type=Path, default=paths.REVOCATION_LIST)
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("--version", action="version", version=f"hopcheck-insights-client {VERSION}")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
