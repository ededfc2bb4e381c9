"""Wrong ways to be rhc-worker-playbook."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml
from dbus_fast.annotations import DBusStr
from dbus_fast.constants import PropertyAccess
from dbus_fast.errors import DBusError
from dbus_fast.service import dbus_property

from fakes.faults._ends import dies
from fakes.faults.seam import around, put
from fakes.rhc import bus
from fakes.rhc_worker_playbook import config, event, paths, playbook, request, runner, upload, verification, worker1
from fakes.rhc_worker_playbook.job import Jobs
from fakes.rhc_worker_playbook.upload import Uploads
from fakes.rhc_worker_playbook.worker1 import BEGIN, END, STARTED, Dispatcher, Worker1


def owns_another_name() -> None:
    """The bus name is that of another directive."""

    @around(config, "load")
    def _(load: Any, *arguments: Any) -> Any:
        return replace(load(*arguments), directive="playbook_worker")


def tells_its_features_as_text() -> None:
    """Property Features is no map."""

    @dbus_property(access=PropertyAccess.READ)
    def Features(_: Worker1) -> DBusStr:
        return ""

    put(Worker1, "Features", Features)


def does_not_say_that_it_started() -> None:
    """There is no Event STARTED."""
    _never_emits(STARTED)


def does_not_say_that_it_begins() -> None:
    """There is no Event BEGIN."""
    _never_emits(BEGIN)


def ends_what_it_was_not_given() -> None:
    """Once it has started it tells the end of a message that never was."""

    @around(Worker1, "start")
    async def _(start: Any, worker: Worker1) -> None:
        await start(worker)
        worker.Event(END, str(uuid.uuid4()), "", {})


def does_without_a_return_address() -> None:
    """A message that does not say where to upload to is worked on, and what becomes of it sent nowhere."""
    _supplies(return_url="http://localhost:1/")


def uploads_all_the_time() -> None:
    """Where a message names no interval, uploads follow each other closely."""
    put(request, "DEFAULT_INTERVAL", "0.1")


def tries_the_last_upload_again() -> None:
    """A last upload that fails is sent once more."""

    @around(Uploads, "finish")
    async def _(finish: Any, uploads: Uploads) -> None:
        await finish(uploads)
        await uploads._try(uploads._lines)


def verifies_with_another_argument() -> None:
    """The verifier is also asked to be chatty."""

    @around(verification, "command")
    def _(command: Any, *arguments: Any) -> Any:
        argv, environment = command(*arguments)
        return [*argv, "--debug"], environment


def verifies_another_text() -> None:
    """The verifier reads the playbook with a comment behind it."""

    @around(verification, "verify")
    async def _(verify: Any, content: bytes, *rest: Any) -> Any:
        return await verify(content + b"# seen by the worker\n", *rest)


def runs_what_was_refused() -> None:
    """A playbook that the verifier refuses is run all the same."""

    @around(verification, "verify")
    async def _(verify: Any, content: bytes, *rest: Any) -> Any:
        try:
            return await verify(content, *rest)
        except verification.VerificationFailed:
            return content


def skips_verification() -> None:
    """The playbook is run unverified."""

    @around(config, "load")
    def _(load: Any, *arguments: Any) -> Any:
        return replace(load(*arguments), verify_playbook=False)


def tells_another_code_of_a_refusal() -> None:
    """A playbook that was not verified is told of with the code for everything else."""
    put(event, "SIGNATURE_INVALID", event.UNDEFINED_ERROR)


def tells_another_code_of_being_busy() -> None:
    """A second playbook is refused with the code for everything else."""
    put(event, "ALREADY_RUNNING", event.UNDEFINED_ERROR)


def runs_two_at_once() -> None:
    """A second playbook's first play, which waits for nothing, runs beside the first playbook."""
    at_work: list[Jobs] = []

    @around(Jobs, "_alone")
    async def _(_alone: Any, jobs: Jobs, *arguments: Any) -> None:
        at_work.append(jobs)
        await jobs._execute(*arguments)

    @around(playbook, "prepare")
    def _(prepare: Any, content: bytes) -> bytes:
        plays = yaml.load(prepare(content), yaml.CSafeLoader)
        return yaml.safe_dump(plays[:1] if len(at_work) > 1 else plays).encode()


def keeps_a_failure_to_itself() -> None:
    """There is no executor_on_failed."""

    @around(Uploads, "add")
    def _(add: Any, uploads: Uploads, told: Mapping[str, Any]) -> None:
        if told["event"] != "executor_on_failed":
            add(uploads, told)


def tells_a_failure_of_a_good_run() -> None:
    """Every run ends with executor_on_failed."""

    @around(runner, "run")
    async def _(run: Any, *arguments: Any) -> None:
        await run(*arguments)
        raise runner.RunFailed("nothing was wrong")


def runs_nothing() -> None:
    """ansible-runner is not called."""

    @around(runner, "run")
    async def _(*_: Any) -> None:
        return None


def runs_under_another_ident() -> None:
    """ansible-runner gets an ident that is not the correlation id."""

    @around(runner, "command")
    def _(command: Any, correlation_id: str) -> Any:
        argv, environment = command(correlation_id)
        return ["run-" + word if word == correlation_id else word for word in argv], environment

    @around(paths, "artifacts")
    def _(artifacts: Any, correlation_id: str) -> Any:
        return artifacts("run-" + correlation_id)


def leaves_the_signature_in() -> None:
    """Ansible gets the plays with their signatures."""
    put(playbook, "SIGNATURE_VARS", ())


def passes_all_play_keys_on() -> None:
    """Of a play Ansible gets whatever is in it, signatures aside."""

    @around(playbook, "prepare")
    def _(_prepare: Any, content: bytes) -> bytes:
        plays = yaml.load(content, yaml.CSafeLoader)
        for play in plays:
            play["vars"] = {name: value for name, value in play["vars"].items() if name not in playbook.SIGNATURE_VARS}
        return yaml.safe_dump(plays, sort_keys=False).encode()


def loses_response_to() -> None:
    """Transmit names no message."""
    _answers_to("")


def answers_another_message() -> None:
    """Transmit names a message that never was."""
    _answers_to(str(uuid.uuid4()))


def calls_another_member() -> None:
    """Before each Transmit the dispatcher is asked for something it does not know."""

    @around(Dispatcher, "transmit")
    async def _(transmit: Any, dispatcher: Any, addr: str, *rest: Any) -> Any:
        with contextlib.suppress(DBusError):
            await bus.call(dispatcher._bus, *worker1.DISPATCHER, "Announce", "s", [addr])
        return await transmit(dispatcher, addr, *rest)


def transmits_with_another_signature() -> None:
    """Transmit has its data as text."""

    @around(bus, "call")
    async def _(
        call: Any,
        connection: Any,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: Any = (),
    ) -> Any:
        if member == "Transmit":
            signature, body = "sssa{ss}s", [*body[:-1], body[-1].decode()]
        return await call(connection, destination, path, interface, member, signature, body)


def uploads_another_type() -> None:
    """The part's content type is of another version."""
    put(upload, "PART_TYPE", "application/vnd.redhat.playbook.v2+jsonl")


def uploads_new_events_only() -> None:
    """An upload holds what the one before it had not."""

    @around(Uploads, "__init__")
    def _(init: Any, uploads: Uploads, transmit: Any, request: Any, _batch: int = 0) -> None:
        init(uploads, transmit, request, 1)


def tells_the_start_once() -> None:
    """The first of a run's uploads that would hold more than executor_on_start lacks that."""
    lacking: list[list[bytes]] = []

    @around(Uploads, "_try")
    async def _(attempt: Any, uploads: Uploads, lines: list[bytes]) -> Any:
        if lacking or len(lines) == 1:
            return await attempt(uploads, lines)
        lacking.append(lines[1:])
        return await attempt(uploads, lacking[0])


def loses_an_event() -> None:
    """The third event of ansible-runner is in no upload."""

    @around(Uploads, "add")
    def _(add: Any, uploads: Uploads, told: Mapping[str, Any]) -> None:
        if told["counter"] != 3:
            add(uploads, told)


def sends_an_older_upload() -> None:
    """Before the last upload, and after one with nearly all events, the first event is sent once more, alone."""

    @around(Uploads, "finish")
    async def _(finish: Any, uploads: Uploads) -> None:
        await uploads._try(uploads._lines[:-1])
        await uploads._try(uploads._lines[:1])
        await finish(uploads)


def counts_from_zero() -> None:
    """The counter of executor_on_start is 0."""

    @around(event, "started")
    def _(started: Any, correlation_id: str) -> Any:
        return started(correlation_id) | {"counter": 0}


def numbers_events_instead_of_naming_them() -> None:
    """The UUID of a runner event is none."""

    @around(event, "from_runner")
    def _(narrow: Any, whole: Mapping[str, Any], correlation_id: str) -> Any:
        return narrow(whole, correlation_id) | {"uuid": f"event-{whole.get('counter')}"}


def garbles_the_playbooks_uuid() -> None:
    """The UUID of the playbook is none."""

    @around(event, "from_runner")
    def _(narrow: Any, whole: Mapping[str, Any], correlation_id: str) -> Any:
        told = narrow(whole, correlation_id)
        return told | {"event_data": told["event_data"] | {"playbook_uuid": "playbook"}}


def keeps_members_of_events() -> None:
    """Runner events are passed on with a member of their own."""

    @around(event, "from_runner")
    def _(narrow: Any, whole: Mapping[str, Any], correlation_id: str) -> Any:
        return narrow(whole, correlation_id) | {"pid": whole.get("pid", 1)}


def never_sends_the_last_upload() -> None:
    """After the run nothing is uploaded, also where an upload of now and then would be due."""

    @around(Uploads, "_try")
    async def _(attempt: Any, uploads: Uploads, lines: list[bytes]) -> Any:
        return any(b'"playbook_on_stats"' in line for line in lines) or await attempt(uploads, lines)


def sends_the_last_upload_after_the_end() -> None:
    """END is told first, then the last upload is sent."""
    waiting: list[Uploads] = []

    @around(Uploads, "finish")
    async def _(_finish: Any, uploads: Uploads) -> None:
        uploads._finished.set()
        await uploads._loop
        waiting.append(uploads)

    @around(Worker1, "_work")
    async def _(work: Any, *arguments: Any) -> None:
        await work(*arguments)
        for uploads in waiting:
            await uploads._try(uploads._lines)


def uploads_again_after_the_end() -> None:
    """Behind END the last upload is sent once more."""
    done: list[Uploads] = []

    @around(Uploads, "finish")
    async def _(finish: Any, uploads: Uploads) -> None:
        await finish(uploads)
        done.append(uploads)

    @around(Worker1, "_work")
    async def _(work: Any, *arguments: Any) -> None:
        await work(*arguments)
        for uploads in done:
            await uploads._try(uploads._lines)


def dies_at_a_playbook() -> None:
    """The first playbook ends the process before it is verified."""
    put(verification, "verify", dies)


def _supplies(**missing: str) -> None:
    @around(request, "read")
    def _(read: Any, message_id: str, metadata: Mapping[str, str], *rest: Any) -> Any:
        return read(message_id, missing | dict(metadata), *rest)


def _never_emits(event_name: int) -> None:
    @around(Worker1, "Event")
    def _(emit: Any, worker: Worker1, name: int, *rest: Any) -> Any:
        return None if name == event_name else emit(worker, name, *rest)


def _answers_to(message_id: str) -> None:
    @around(Dispatcher, "transmit")
    async def _(transmit: Any, dispatcher: Dispatcher, addr: str, own_id: str, _response_to: str, *rest: Any) -> Any:
        return await transmit(dispatcher, addr, own_id, message_id, *rest)
