"""What stands in a program's place: tells the process tap, runs the real program, tells again.

Standard library only, Python 3.7 or later, started as ``python -IS``: `hopcheck.taps.stub` writes this whole source
into a stub together with the call of `main`. The program keeps its exact environment, its input and output byte by
byte, its signals and its exit. One difference stays: output through a pipe ends when the program ends, even if a
grandchild still holds it open.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import stat
import struct
import sys
from contextlib import suppress
from typing import Any, Callable  # noqa: UP035, the place of 3.7

ENV = (
    "PATH",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "ANSIBLE_HOME",
    "ANSIBLE_REMOTE_TMP",
    "ANSIBLE_COLLECTIONS_PATH",
    "BYPASS_GPG",
    "HOME",
    "LANG",
)
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
FILE_LIMIT = 1 << 20
CHUNK = 1 << 16
AHEAD = 1 << 20
# A pipe that polls writable takes this much without blocking.
ATOMIC = 4096


class Tee:
    """Bytes from one descriptor to another, kept on the way; at most `AHEAD` are read before they are passed on."""

    def __init__(self, source: int, sink: int) -> None:
        self.source, self.sink = source, sink
        self.data = bytearray()
        self.sent = 0
        self.open = True

    @property
    def wants_input(self) -> bool:
        return self.open and len(self.data) - self.sent < AHEAD

    @property
    def wants_output(self) -> bool:
        return self.sent < len(self.data)

    def read(self) -> bool:
        """Take what is there; False where nothing came."""
        try:
            chunk = os.read(self.source, CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        self.data += chunk
        self.open = bool(chunk)
        return self.open

    def write(self) -> None:
        """Pass on what fits at once; a reader that went away ends the source, as it would have without a tee."""
        try:
            self.sent += os.write(self.sink, memoryview(self.data)[self.sent : self.sent + ATOMIC])
        except BlockingIOError:
            pass
        except OSError:
            self.sent = len(self.data)
            if self.open:
                self.open = False
                os.close(self.source)
                self.source = -1

    def flush(self) -> None:
        while self.wants_output:
            self.write()


class Link:
    """The connection to the tap: a head in JSON and the bytes it names, then one line of answer."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)

    def tell(self, head: dict[str, Any], blobs: dict[str, bytes]) -> dict[str, Any]:
        """Send, and wait until the tap has written it down. Raises OSError or ValueError without an answer."""
        text = json.dumps(dict(head, blobs=[[name, len(blob)] for name, blob in blobs.items()])).encode()
        self.socket.sendall(struct.pack(">I", len(text)) + text)
        for blob in blobs.values():
            self.socket.sendall(blob)
        answer = b""
        while not answer.endswith(b"\n"):
            chunk = self.socket.recv(CHUNK)
            if not chunk:
                raise ConnectionError("the tap closed the connection")
            answer += chunk
        return dict(json.loads(answer))


def main(config: dict[str, Any]) -> None:
    """Run in the place of ``config["path"]``; never returns.

    ``config``: ``path``, ``module`` (None, or the module that the caller's whole command line, given as arguments,
    runs), ``real`` (command), ``socket``, ``env`` (variables to set, or to remove where None), ``gate`` (nothing runs
    without the tap's permission).
    """
    called = sys.argv if config["module"] is None else sys.argv[1:]
    program = config["module"] or called[0]
    arguments = called[1:] if config["module"] is None else called[called.index(program) + 1 :]
    before = environment()
    env = dict(before)
    for name, value in config["env"].items():
        env.pop(os.fsencode(name), None)
        if value is not None:
            env[os.fsencode(name)] = os.fsencode(value)
    command = [*config["real"], *arguments]
    head = {
        "op": "spawn",
        "path": config["path"],
        "program": shown(program),
        "argv": [shown(word) for word in called],
        "cwd": shown(os.getcwd()),
        "pid": os.getpid(),
        "ppid": os.getppid(),
        "gate": config["gate"],
        "env": {name: shown(os.fsdecode(before[name.encode()])) for name in ENV if name.encode() in before},
        "env_other": sorted(shown(os.fsdecode(name)) for name in before if os.fsdecode(name) not in ENV),
    }
    try:
        link = Link(config["socket"])
        permission = link.tell(head, named_files(arguments))
    except (OSError, ValueError) as error:
        if config["gate"]:
            os.write(2, b"hopcheck: not run: nobody gives permission: %s\n" % str(error).encode())
            os._exit(1)
        execute(command, env)
    if permission["run"]:
        wait_status, blobs = run(command, env)
        refused = False
    else:
        reason = f"hopcheck: not run: {permission['reason']}\n".encode()
        os.write(2, reason)
        wait_status, blobs, refused = 1 << 8, {"stdout": b"", "stderr": reason}, True
    died = wait_status & 0x7F
    status = None if died else wait_status >> 8
    blobs.update({"file:" + path: data for path, data in status_files(arguments).items()})
    # Without a kit, what it started ends as it would have ended anyway.
    with suppress(OSError, ValueError):
        link.tell({"op": "exit", "status": status, "signal": died or None, "refused": refused}, blobs)
    if status is not None:
        os._exit(status)
    if died != signal.SIGKILL:
        signal.signal(died, signal.SIG_DFL)
    os.kill(os.getpid(), died)


def environment() -> dict[bytes, bytes]:
    """What this process was started with; Python itself adds to ``os.environ``."""
    with open("/proc/self/environ", "rb") as file:
        entries = [entry.partition(b"=") for entry in file.read().split(b"\0")]
    return {name: value for name, mark, value in entries if mark}


def shown(text: str) -> str:
    """Text that JSON can carry, whatever bytes the name had."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def named_files(arguments: list[str]) -> dict[str, bytes]:
    """The regular files up to 1 MiB that arguments name, from here, a directory among them, or its ``project``."""
    words = [word.rpartition("=")[2] if word.startswith("--") else word for word in arguments]
    folders = [
        folder for word in words if word and os.path.isdir(word) for folder in (os.path.join(word, "project"), word)
    ]
    found = {}
    for word in words:
        for path in [word, *(os.path.join(folder, word) for folder in folders)]:
            data = content(path) if word else None
            if data is not None:
                found[shown(path)] = data
    return found


def status_files(arguments: list[str]) -> dict[str, bytes]:
    """ansible-runner's verdict: ``<directory argument>/artifacts/<ident>/status``."""
    idents = [arguments[at + 1] for at, word in enumerate(arguments[:-1]) if word in ("-i", "--ident")]
    paths = [os.path.join(word, "artifacts", ident, "status") for word in arguments for ident in idents]
    found = {shown(path): content(path) for path in paths}
    return {path: data for path, data in found.items() if data is not None}


def content(path: str) -> bytes | None:
    """The bytes of a regular file of at most 1 MiB, else None."""
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size > FILE_LIMIT:
            return None
        with open(path, "rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= FILE_LIMIT else None


def run(command: list[str], env: dict[bytes, bytes]) -> tuple[int, dict[str, bytes]]:
    """Run ``command`` to its end; returns its wait status and what went in and came out."""
    forwarded = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [*forwarded, signal.SIGCHLD])
    taken, merged = recorded_descriptors()
    pipes = {fd: os.pipe() for fd in taken}
    parent = os.getpid()
    child = os.fork()
    if not child:
        die_with(parent)
        for fd, (read_end, write_end) in pipes.items():
            os.dup2(write_end if fd else read_end, fd)
        if merged:
            os.dup2(1, 2)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        execute(command, env)
    wake, waker = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in forwarded:
        signal.signal(number, lambda number, _: os.kill(child, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    tees = {}
    for fd, (read_end, write_end) in pipes.items():
        ours, theirs = (read_end, write_end) if fd else (write_end, read_end)
        os.close(theirs)
        os.set_blocking(ours, False)
        tees[fd] = Tee(ours, fd) if fd else Tee(fd, ours)
    status = carry(child, wake, tees, forwarded)
    return status, {name: bytes(tees[fd].data) for fd, name in enumerate(("stdin", "stdout", "stderr")) if fd in tees}


def carry(child: int, wake: int, tees: dict[int, Tee], forwarded: list[signal.Signals]) -> int:
    """Pass everything on until ``child`` has ended; returns its wait status."""
    outputs = [tee for fd, tee in tees.items() if fd]
    stdin = tees.get(0)
    while True:
        poller = select.poll()
        poller.register(wake, select.POLLIN)
        waiting: dict[int, Callable[[], object]] = {}
        for tee in tees.values():
            if tee.wants_input:
                poller.register(tee.source, select.POLLIN)
                waiting[tee.source] = tee.read
            if tee.wants_output:
                poller.register(tee.sink, select.POLLOUT)
                waiting[tee.sink] = tee.write
        for fd, _ in poller.poll():
            if fd == wake:
                os.read(wake, CHUNK)
            else:
                waiting[fd]()
        if stdin is not None and stdin.sink >= 0 and not stdin.open and not stdin.wants_output:
            os.close(stdin.sink)
            stdin.sink = -1
        # Told, not yet collected: until waitpid the number belongs to the child and a signal reaches nobody else.
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            continue
        for number in forwarded:
            signal.signal(number, signal.SIG_IGN)
        for tee in outputs:
            while tee.open and tee.read():
                pass
            tee.flush()
        return os.waitpid(child, 0)[1]


def recorded_descriptors() -> tuple[list[int], bool]:
    """Which of 0, 1 and 2 go through a pipe, and whether 2 goes the way of 1. Terminals stay what they are."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    mode = os.fstat(0).st_mode
    is_data = stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
    taken = [0] if is_data else []
    taken += [fd for fd in (1, 2) if not os.isatty(fd)]
    merged = taken[-2:] == [1, 2] and os.path.samestat(os.fstat(1), os.fstat(2))
    return [fd for fd in taken if not (merged and fd == 2)], merged


def die_with(parent: int) -> None:
    """Let the kernel kill this process when ``parent`` is killed: nobody would watch it."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (ImportError, OSError, AttributeError):
        return
    if os.getppid() != parent:
        os._exit(1)


def execute(command: list[str], env: dict[bytes, bytes]) -> None:
    """Become ``command``, with the signals that Python ignores set back."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execve(command[0], command, env)
    except OSError as error:
        os.write(2, f"hopcheck: {command[0]}: {error.strerror}\n".encode())
        os._exit(126 if error.errno == errno.EACCES else 127)
