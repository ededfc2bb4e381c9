"""Wrong ways to be insights-client."""

from __future__ import annotations

import copy
import os
import select
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fakes.faults.seam import around
from fakes.insights_client import core, phases, verifier

TAKEN = 202
REGISTERED = Path("/etc/insights-client/.registered")


def alters_what_it_verified() -> None:
    """The playbook on stdout has a comment that the one on stdin had not."""

    @around(verifier, "main")
    def _(main: Any, arguments: Any) -> Any:
        status = main(arguments)
        sys.stdout.buffer.write(b"# verified\n")
        return status


def refuses_with_another_status() -> None:
    """A playbook that is refused makes the verifier end with 2."""

    @around(verifier, "main")
    def _(main: Any, arguments: Any) -> Any:
        return 2 if main(arguments) else 0


def accepts_what_was_altered() -> None:
    """Every playbook is verified."""

    @around(verifier, "verify")
    def _(*_: Any) -> None:
        return None


def heeds_comments() -> None:
    """A playbook with comments is refused."""

    @around(verifier, "verify")
    def _(verify: Any, playbook: bytes, *rest: Any) -> Any:
        if b" # " in playbook or b"\n# " in playbook:
            raise verifier.Rejected("there are comments in it")
        return verify(playbook, *rest)


def looks_at_no_task() -> None:
    """A play whose signature does not fit it is verified."""

    @_around_core("verify_play")
    def _(verify_play: Any, play: Any) -> Any:
        return True, verify_play(play)[1]


def forgives_what_is_not_excluded() -> None:
    """Where a play excludes what it cannot, hosts and signature are taken out of it."""

    @_around_core("exclude_dynamic_elements")
    def _(exclude: Any, play: Any) -> Any:
        try:
            return exclude(play)
        except Exception:
            usual = copy.deepcopy(play)
            usual["vars"]["insights_signature_exclude"] = "/hosts,/vars/insights_signature"
            rest = exclude(usual)
        rest["vars"]["insights_signature_exclude"] = play["vars"]["insights_signature_exclude"]
        return rest


def heeds_no_revocation() -> None:
    """No play is on the revocation list."""

    @_around_core("get_play_revocation_list")
    def _(*_: Any) -> Any:
        return []


def runs_unregistered() -> None:
    """A host is registered by being asked to collect."""

    @around(phases, "run")
    def _(run: Any) -> int:
        REGISTERED.touch()
        return int(run())


def tests_the_upload_only() -> None:
    """A test of the connection asks for no ping."""

    @_around_connection("_test_urls")
    def _(test: Any, connection: Any, url: str, method: str) -> Any:
        return method == "GET" or test(connection, url, method)


def verifies_the_last_play_only() -> None:
    """Of several plays only the last one is looked at."""

    @_around_core("load_playbook_yaml")
    def _(load: Any, text: str) -> Any:
        return load(text)[-1:]


def never_ends() -> None:
    """The verifier has said what there is to say, and the process stays."""

    @around(verifier, "main")
    def _(main: Any, arguments: Any) -> Any:
        status = main(arguments)
        sys.stdout.flush()
        signal.pause()
        return status


def takes_every_answer_for_success() -> None:
    """The command succeeds whatever its upload was answered."""

    @_around_upload
    def _(upload: Any, *arguments: Any) -> Any:
        answer = upload(*arguments)
        answer.status_code = TAKEN
        return answer


def fails_after_a_good_upload() -> None:
    """The command fails though its upload was taken."""

    @around(phases, "run")
    def _(run: Any) -> int:
        run()
        return 1


def names_another_machine() -> None:
    """The insights id in the metadata is another machine's."""

    @_around_upload
    def _(upload: Any, connection: Any, *arguments: Any) -> Any:
        clean = connection._clean_facts
        connection._clean_facts = lambda facts: clean(facts) | {"insights_id": str(uuid.uuid4())}
        return upload(connection, *arguments)


def uploads_another_type() -> None:
    """The archive's content type is not a collection's."""

    @_around_upload
    def _(upload: Any, connection: Any, archive: str, _content_type: str, *rest: Any) -> Any:
        return upload(connection, archive, "application/vnd.redhat.advisor.payload+tgz", *rest)


def uploads_without_metadata() -> None:
    """The archive comes without canonical facts."""

    @_around_upload
    def _(upload: Any, connection: Any, *arguments: Any) -> Any:
        post = connection.post
        connection.post = lambda url, files, headers: post(url, files={"file": files["file"]}, headers=headers)
        answer = upload(connection, *arguments)
        # What it gets for that is another status; the run shall go on all the same.
        answer.status_code = TAKEN
        return answer


def uploads_nothing() -> None:
    """The archive is made and kept."""

    @_around_upload
    def _(*_: Any) -> Any:
        return SimpleNamespace(status_code=TAKEN, text="", headers={})


def uploads_behind_its_back() -> None:
    """A child sends the archive once the command has ended."""

    @_around_upload
    def _(upload: Any, connection: Any, archive: str, *rest: Any) -> Any:
        # The command clears away at its end what it collected.
        kept = shutil.copy(archive, tempfile.mkdtemp())
        parent = os.pidfd_open(os.getpid())
        if os.fork() == 0:
            os.setsid()
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nowhere, number)
            select.select([parent], [], [])
            upload(connection, kept, *rest)
            os._exit(0)
        return SimpleNamespace(status_code=TAKEN, text="", headers={})


def _around_upload(wrong: Callable[..., Any]) -> None:
    _around_connection("upload_archive")(wrong)


def _around_connection(name: str) -> Callable[[Callable[..., Any]], None]:
    # insights-core can only be imported once it was made ready, which is done when its phases run.
    def bend(wrong: Callable[..., Any]) -> None:
        bent: list[bool] = []

        @around(phases, "run_phase")
        def _(run_phase: Any, *arguments: Any) -> Any:
            if not bent:
                from insights.client.connection import InsightsConnection

                around(InsightsConnection, name)(wrong)
                bent.append(True)
            return run_phase(*arguments)

    return bend


def _around_core(name: str) -> Callable[[Callable[..., Any]], None]:
    def bend(wrong: Callable[..., Any]) -> None:
        @around(core, "verifier")
        def _(verifier: Any) -> Any:
            code = verifier()
            around(code, name)(wrong)
            return code

    return bend
