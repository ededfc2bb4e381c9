"""``python -m fakes.fork_server ADDRESS``: stand-ins as forks of one process that has imported what they share.

So they start with a third of the processor time. Whoever connects to ADDRESS, a unix socket of sequenced packets, sends
for each a JSON object (module, arguments, env, cwd, inside) with the descriptor of its log. It is told ``{"pid": N}``,
and once that one has ended ``{"ended": N, "status": S}``, negative for a signal. They all end when the connection does.

``fd:N`` in the place of ADDRESS is a connection that it has already. A fork server can itself be such a fork.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

from fakes.notify import ready

SHARED = (
    "cheroot.wsgi",
    "confluent_kafka",
    "flask",
    "botocore.session",
    "fakes.s3.store",
    "fakes.rhc.daemon",
    "fakes.rhc_worker_playbook.service",
)
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """``python -m module arguments``, its output to the descriptor ``log``, in the namespaces of process ``inside``."""

    module: str
    arguments: list[str]
    env: dict[str, str]
    cwd: str | None
    inside: int | None
    log: int


def main() -> None:
    """Serve until the connection ends; in a fork, be the stand-in that was asked for."""
    for name in SHARED:
        importlib.import_module(name)
    gc.collect()
    # What is never looked at again is never copied.
    gc.freeze()
    if (job := _serve(_connected(sys.argv[1]))) is not None:
        _become(job)


def _connected(address: str) -> socket.socket:
    if address.startswith("fd:"):
        return socket.socket(fileno=int(address.removeprefix("fd:")))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(1)
        ready("fork server")
        channel, _ = listener.accept()
    return channel


def _serve(channel: socket.socket) -> Job | None:
    """None once the connection has ended; in a fork, what it shall be."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    for each in (channel.fileno(), reader):
        poll.register(each, select.POLLIN)
    server = os.getpid()
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == reader:
                os.read(reader, 4096)
                _tell_ended(channel)
                continue
            message, descriptors, _, _ = socket.recv_fds(channel, _LARGEST, 1)
            if not message:
                return None
            job = Job(**json.loads(message), log=descriptors[0])
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                channel.close()
                for each in (reader, writer):
                    os.close(each)
                _end_with(server)
                return job
            os.close(job.log)
            channel.send(json.dumps({"pid": pid}).encode())


def _tell_ended(channel: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
            # What it started must not outlive it; the group is its own until it has been waited for.
            with suppress(ProcessLookupError):
                os.killpg(ended.si_pid, signal.SIGKILL)
            pid, status = os.waitpid(ended.si_pid, 0)
            channel.send(json.dumps({"ended": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _end_with(parent: int) -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _enter(pid: int) -> None:
    """Go on as a child in the namespaces of ``pid``; who called this ends as the child does, as ``nsenter`` would."""
    kinds = ([] if os.geteuid() == 0 else ["user"]) + ["mnt", "pid"]
    descriptors = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in kinds]
    for descriptor in descriptors:
        if _LIBC.setns(descriptor, 0):
            error = ctypes.get_errno()
            raise OSError(error, f"no way into the namespaces of {pid}: {os.strerror(error)}")
        os.close(descriptor)
    if child := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status < 0:
            with suppress(OSError):
                # KILL has no other action.
                signal.signal(-status, signal.SIG_DFL)
            os.kill(os.getpid(), -status)
        os._exit(status)
    # Seen from inside, who is outside has no number.
    _end_with(0)
    os.setsid()
    os.chdir("/")


def _become(job: Job) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (job.log, 1), (job.log, 2)):
        os.dup2(source, target)
    for each in (nothing, job.log):
        os.close(each)
    if job.inside is not None:
        _enter(job.inside)
    os.environ.clear()
    os.environ.update(job.env)
    if job.cwd is not None:
        os.chdir(job.cwd)
    sys.argv[1:] = job.arguments
    runpy.run_module(job.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
