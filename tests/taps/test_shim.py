from __future__ import annotations

import hashlib
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pytest

from hopcheck.taps.stub import stub


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory() as directory:
        yield Path(directory)


class Tap:
    """Answers every message with permission and keeps the bytes that came."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.heard = bytearray()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rb") as file:
            while size := file.read(4):
                head = json.loads(file.read(struct.unpack(">I", size)[0]))
                for _, length in head["blobs"]:
                    self.heard += file.read(length)
                connection.sendall(b'{"run": true}\n')

    def close(self) -> bytes:
        self.thread.join(10)
        self.socket.close()
        return bytes(self.heard)


@pytest.fixture
def tap(place: Path) -> Iterator[Tap]:
    made = Tap(place / "tap")
    yield made
    made.socket.close()


def shim(
    place: Path,
    source: str,
    real: list[str] | None = None,
    *,
    gate: bool = False,
    env: dict[str, str | None] | None = None,
) -> Path:
    (place / "real.py").write_text(source)
    program = place / "program"
    program.write_text(
        stub(
            "/usr/bin/program",
            real=real or [sys.executable, str(place / "real.py")],
            socket=place / "tap",
            python=sys.executable,
            gate=gate,
            env=env,
        )
    )
    program.chmod(0o755)
    return program


@contextmanager
def started(program: Path) -> Iterator[tuple[subprocess.Popen[bytes], BinaryIO]]:
    process = subprocess.Popen([program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, process.stdout
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_ten_megabytes_pass_unchanged_in_both_directions(place: Path, tap: Tap) -> None:
    data = os.urandom(10_000_000)
    program = shim(place, "", ["/bin/cat"])
    done = subprocess.run([program], input=data, capture_output=True, check=True, timeout=30)
    assert done.stdout == data
    assert hashlib.sha256(tap.close()).digest() == hashlib.sha256(data + data).digest()


def test_the_environment_is_exactly_the_callers_with_the_overrides(place: Path, tap: Tap) -> None:
    program = shim(place, "", ["/usr/bin/env"], env={"PYTHONPATH": None, "B": "2"})
    done = subprocess.run([program], env={"A": "1", "PYTHONPATH": "/x", "B": "1"}, capture_output=True, timeout=30)
    assert sorted(done.stdout.split()) == [b"A=1", b"B=2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_a_signal_is_forwarded_and_the_death_is_the_same(place: Path, tap: Tap, number: signal.Signals) -> None:
    source = f"import signal; signal.signal({int(number)}, signal.SIG_DFL); print(flush=True); signal.pause()"
    with started(shim(place, source)) as (process, output):
        output.readline()
        process.send_signal(number)
        assert process.wait(10) == -number


def test_a_handled_signal_keeps_the_programs_own_exit(place: Path, tap: Tap) -> None:
    source = "import signal,sys; signal.signal(15, lambda *_: sys.exit(7)); print(flush=True); signal.pause()"
    with started(shim(place, source)) as (process, output):
        output.readline()
        process.terminate()
        assert process.wait(10) == 7


def test_a_killed_shim_takes_the_program_with_it(place: Path, tap: Tap) -> None:
    source = "import os,signal,sys; print(os.getpid(), flush=True); signal.pause()"
    with started(shim(place, source)) as (process, output):
        real = os.pidfd_open(int(output.readline()))
        process.kill()
        readable, _, _ = select.select([real], [], [], 10)
        os.close(real)
        assert readable


def test_it_ends_with_the_program_even_if_stdin_never_ends(place: Path, tap: Tap) -> None:
    read, write = os.pipe()
    try:
        done = subprocess.run([shim(place, "print('done')")], stdin=read, capture_output=True, timeout=30)
    finally:
        os.close(read)
        os.close(write)
    assert (done.returncode, done.stdout) == (0, b"done\n")


def test_a_reader_that_goes_away_ends_the_writer(place: Path, tap: Tap) -> None:
    with started(shim(place, "", ["/usr/bin/yes"])) as (process, output):
        output.readline()
        output.close()
        assert process.wait(10) == -signal.SIGPIPE


def test_one_pipe_for_both_outputs_keeps_the_order(place: Path, tap: Tap) -> None:
    source = "import os\nfor n in range(200): os.write(1 + n % 2, b'%d ' % n)"
    done = subprocess.run([shim(place, source)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    assert done.stdout.split() == [str(n).encode() for n in range(200)]


def test_a_terminal_stays_a_terminal(place: Path, tap: Tap) -> None:
    ours, theirs = pty.openpty()
    try:
        source = "import os; print([os.isatty(n) for n in range(3)])"
        subprocess.run([shim(place, source)], stdin=theirs, stdout=theirs, stderr=theirs, check=True, timeout=30)
        assert os.read(ours, 100).split(b"\r\n")[0] == b"[True, True, True]"
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_grandchild_that_keeps_the_output_holds_nobody_up(place: Path, tap: Tap) -> None:
    read, write = os.pipe()
    source = f"import subprocess; subprocess.Popen(['/bin/cat'], stdin={read}, pass_fds=[{read}]); print('done')"
    try:
        done = subprocess.run([shim(place, source)], stdout=subprocess.PIPE, pass_fds=[read], timeout=30)
    finally:
        os.close(read)
        os.close(write)
    assert done.stdout == b"done\n"


def test_a_missing_program_is_the_shells_127(place: Path, tap: Tap) -> None:
    done = subprocess.run([shim(place, "", ["/nowhere"])], capture_output=True, timeout=30)
    assert done.returncode == 127
    assert b"/nowhere: No such file" in done.stderr


def test_without_a_tap_the_program_runs_unwatched_but_nothing_gated_does(place: Path) -> None:
    done = subprocess.run([shim(place, "print('ran')")], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, b"ran\n")
    done = subprocess.run([shim(place, "print('ran')", gate=True)], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"nobody gives permission" in done.stderr
