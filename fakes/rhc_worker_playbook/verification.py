"""Verification by another program, which reads the playbook and answers with it (facts 3.4, H-047)."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE

from fakes.rhc_worker_playbook import paths
from fakes.rhc_worker_playbook.config import THROUGH_CLIENT, Config


class VerificationFailed(Exception):
    """The verifier said no, or could not be asked."""


def command(config: Config) -> tuple[list[str], dict[str, str]]:
    """Arguments and whole environment of the verifier of this worker generation."""
    environment = {"PATH": paths.PATH}
    if config.generation != THROUGH_CLIENT:
        return [paths.PLAYBOOK_VERIFIER, "--stdin"], environment
    arguments = [
        paths.INSIGHTS_CLIENT,
        "-m",
        "insights.client.apps.ansible.playbook_verifier",
        "--quiet",
        "--payload",
        "noop",
        "--content-type",
        "noop",
    ]
    if not config.insights_core_gpg_check:
        return [*arguments, "--no-gpg"], environment | {"BYPASS_GPG": "True"}
    return arguments, environment


async def verify(playbook: bytes, config: Config) -> bytes:
    """The playbook as the verifier gave it back. Raises VerificationFailed."""
    arguments, environment = command(config)
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
    except OSError as error:
        raise VerificationFailed(f"cannot verify playbook: {error}") from error
    stdout, stderr = await process.communicate(playbook)
    assert process.returncode is not None
    if process.returncode != 0:
        # Upstream has no status for a verifier that a signal ended.
        raise VerificationFailed(
            f"cannot verify playbook: code={max(process.returncode, -1)} "
            f"stdout={stdout.decode(errors='replace')} stderr={stderr.decode(errors='replace')}"
        )
    return stdout
