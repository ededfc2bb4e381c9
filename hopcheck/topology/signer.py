"""The run's own key: signs plays and the revocation list exactly as insights-core's verifier reads them."""

from __future__ import annotations

import importlib
import json
import os
import select
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

EXCLUDE = "/hosts,/vars/insights_signature"
LIST_EXCLUDE = "/vars/insights_signature"
# gpg-agent's longest socket name is S.gpg-agent.browser; a unix address holds 107 bytes.
HOME_LIMIT = 107 - len("/S.gpg-agent.browser")
AGENT_ENDS_WITHIN_S = 10.0

_LIST = """- name: Hopcheck run revocation list
  timestamp: "{timestamp}"
  vars:
    insights_signature_exclude: {exclude}
    insights_signature: ""
  revoked_playbooks:{rows}
"""


class SigningError(RuntimeError):
    """gpg failed, or a play cannot be signed; the text says why."""


def end_agent(home: Path) -> None:
    """End the gpg-agent of a GPG home, if it has one, and return once it is gone.

    It answers the request to end before it removes its sockets: who deletes the home meanwhile races with it.
    """
    with socket.socket(socket.AF_UNIX) as agent, agent.makefile("rw", encoding="ascii") as assuan:
        try:
            agent.connect(str(home / "S.gpg-agent"))
        except OSError:
            return
        assuan.readline()
        assuan.write("GETINFO pid\n")
        assuan.flush()
        end = os.pidfd_open(int(assuan.readline().removeprefix("D ")))
        assuan.write("KILLAGENT\n")
        assuan.flush()
        # Who hangs up before the answer may be answered for ever.
        assuan.read()
    try:
        if not select.select([end], [], [], AGENT_ENDS_WITHIN_S)[0]:
            raise SigningError(f"gpg-agent in {home} does not end within {AGENT_ENDS_WITHIN_S:.0f} s")
    finally:
        os.close(end)


class Signer:
    """An ed25519 key in ``directory``/gnupg: `create` makes it, or takes up what is there; `close` ends its agent.

    Raises ValueError where the path is too long for the agent's socket.
    """

    def __init__(self, directory: Path) -> None:
        self.home = directory / "gnupg"
        if len(bytes(self.home)) > HOME_LIMIT:
            raise ValueError(f"{self.home}: longer than {HOME_LIMIT} bytes, gpg-agent has no socket there")
        self.public_key = b""

    def create(self) -> Signer:
        """Make the key. Raises `SigningError` where gpg is missing or fails."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any((self.home / "private-keys-v1.d").glob("*.key")):
            self._gpg(
                "--passphrase",
                "",
                "--quick-generate-key",
                "Hopcheck run key <run@hopcheck.invalid>",
                "ed25519",
                "sign",
                "never",
            )
        self.public_key = self._gpg("--armor", "--export")
        return self

    def sign_play(self, text: str) -> str:
        """A playbook of exactly one play, signed. Raises `SigningError`."""
        return self._sign(text, exactly=1)

    def sign_playbook(self, text: str) -> str:
        """Every play signed, each excluding `EXCLUDE` unless it says otherwise. Raises `SigningError`."""
        return self._sign(text)

    def sign_misfit(self, text: str, exclude: str) -> str:
        """A one-play playbook that excludes what nobody can, signed as if only `EXCLUDE` of that had been said."""
        verifier = _verifier()
        (play,) = self._prepared(verifier, text)
        cleaned = verifier.exclude_dynamic_elements(play)
        for each in (play, cleaned):
            each["vars"]["insights_signature_exclude"] = exclude
        digest = bytes(verifier.hash_play(verifier.serialize_play(cleaned)))
        signature = self._gpg("--armor", "--detach-sign", "--output", "-", input=digest)
        play["vars"]["insights_signature"] = b64encode(signature)
        return _dump(verifier, [play])

    def digest(self, text: str) -> str:
        """The hex digest of a one-play playbook, signed or not: what a revocation list names."""
        verifier = _verifier()
        (play,) = self._prepared(verifier, text)
        return str(_digest(verifier, play).hex())

    def revocation_list(self, revoked: Sequence[tuple[str, str]] = ()) -> bytes:
        """``revoked_playbooks.yaml`` with ``revoked`` (name, hex digest), signed by the same key."""
        verifier = _verifier()
        rows = [f"\n    - name: {json.dumps(name)}\n      hash: {json.dumps(digest)}" for name, digest in revoked]
        text = _LIST.format(
            timestamp=datetime.now(UTC).strftime("%Y%m%d%H%M%S"), exclude=LIST_EXCLUDE, rows="".join(rows) or " []"
        )
        return self._signed(verifier, verifier.yaml.load(text)).encode()

    def close(self) -> None:
        """End the agent; the key stays in ``directory``."""
        end_agent(self.home)

    def __enter__(self) -> Signer:
        return self.create()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _sign(self, text: str, exactly: int | None = None) -> str:
        verifier = _verifier()
        plays = self._prepared(verifier, text)
        if exactly is not None and len(plays) != exactly:
            raise SigningError(f"{len(plays)} plays where {exactly} is wanted")
        return self._signed(verifier, plays)

    def _prepared(self, verifier: ModuleType, text: str) -> Any:
        try:
            plays = verifier.load_playbook_yaml(text)
        except verifier.PlaybookVerificationError as error:
            raise SigningError(str(error)) from error
        if not isinstance(plays, list) or not all(isinstance(play, dict) for play in plays):
            raise SigningError("not a list of plays")
        for play in plays:
            # The loader's own kind of map: the digest is taken of its text, which names the kind.
            if play.setdefault("vars", type(play)()) is None:
                play["vars"] = type(play)()
            if not isinstance(play["vars"], dict):
                raise SigningError("vars is not a map")
            play["vars"].setdefault("insights_signature_exclude", EXCLUDE)
            play["vars"]["insights_signature"] = ""
        return plays

    def _signed(self, verifier: ModuleType, plays: Any) -> str:
        digests = [_digest(verifier, play) for play in plays]
        for play, digest in zip(plays, digests, strict=True):
            signature = self._gpg("--armor", "--detach-sign", "--output", "-", input=digest)
            play["vars"]["insights_signature"] = b64encode(signature)
        text = _dump(verifier, plays)
        if [_digest(verifier, play) for play in verifier.yaml.load(text)] != digests:
            raise SigningError("the playbook does not survive being written as YAML")
        return text

    def _gpg(self, *arguments: str, input: bytes = b"") -> bytes:
        command = [
            "gpg",
            "--homedir",
            str(self.home),
            "--batch",
            "--quiet",
            "--no-tty",
            "--pinentry-mode",
            "loopback",
            *arguments,
        ]
        try:
            return subprocess.run(command, input=input, capture_output=True, check=True).stdout
        except FileNotFoundError as error:
            raise SigningError("gpg is not installed") from error
        except subprocess.CalledProcessError as error:
            raise SigningError(f"{' '.join(command)}: {error.stderr.decode(errors='replace').strip()}") from error


def _dump(verifier: ModuleType, plays: Any) -> str:
    text = StringIO()
    verifier.yaml.dump(plays, text)
    return text.getvalue()


def _digest(verifier: ModuleType, play: Any) -> bytes:
    try:
        cleaned = verifier.exclude_dynamic_elements(play)
    except verifier.PlaybookVerificationError as error:
        raise SigningError(str(error)) from error
    return bytes(verifier.hash_play(verifier.serialize_play(cleaned)))


def _verifier() -> ModuleType:
    """insights-core's verifier; its wheel lacks the key that it reads while it is imported, and signing needs none."""
    name = "insights.client.apps.ansible.playbook_verifier"
    if name not in sys.modules:
        loader: Any = getattr(importlib.import_module("insights.client.apps.ansible").__spec__, "loader", None)
        read = loader.get_data
        loader.get_data = lambda path: b"" if path.endswith("/playbook_verifier/public.gpg") else read(path)
        try:
            importlib.import_module(name)
        finally:
            del loader.get_data
    return sys.modules[name]


def answer(directory: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """Fulfil ``{"plays": {name: text}, "revoke": [name…]}``: texts of ``public_key``, ``plays``, ``revocation_list``.

    Each play is signed with its text's number of plays; ``revoke`` names one-play texts of ``plays``, ``exclude`` gives
    those that are to exclude what cannot be excluded.
    """
    with Signer(directory) as signer:
        plays, exclude = request.get("plays", {}), request.get("exclude", {})
        return {
            "public_key": signer.public_key.decode(),
            "plays": {
                name: signer.sign_misfit(text, exclude[name]) if name in exclude else signer.sign_playbook(text)
                for name, text in plays.items()
            },
            "revocation_list": signer.revocation_list(
                [(name, signer.digest(plays[name])) for name in request.get("revoke", [])]
            ).decode(),
        }


if __name__ == "__main__":
    json.dump(answer(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
