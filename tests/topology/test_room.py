import contextlib
import ctypes
import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from hopcheck.home import ROOT
from hopcheck.topology import room, scratch
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage

Usage = namedtuple("Usage", "total used free")


def meminfo(path, available, swap=0):
    path.write_text(f"MemTotal: 9999999 kB\nMemAvailable: {available << 10} kB\nSwapFree: {swap << 10} kB\n")
    return path


def test_this_machine_has_room(tmp_path):
    room.check(tmp_path / "not/there/yet", 1)
    assert (tmp_path / "not/there/yet").is_dir()
    assert room.memory() > 0


@pytest.mark.parametrize(
    ("available", "swap", "hosts", "said"),
    [
        (499, 0, 1, "too little memory: 499 MB are available, and a run of 1 host takes some 500 MB"),
        (100, 100, 1, "too little memory: 200 MB are available"),
        (600, 0, 3, "too little memory: 600 MB are available, and a run of 3 hosts takes some 800 MB"),
    ],
)
def test_too_little_memory_says_how_much_there_is_and_how_much_it_takes(
    tmp_path, monkeypatch, available, swap, hosts, said
):
    monkeypatch.setattr(room, "MEMINFO", meminfo(tmp_path / "meminfo", available, swap))
    with pytest.raises(StartError) as told:
        room.check(tmp_path, hosts)
    assert str(told.value).startswith(said)
    assert "--hosts" in str(told.value)


@pytest.mark.parametrize(("available", "swap", "hosts"), [(500, 0, 1), (300, 200, 0), (650, 0, 2)])
def test_enough_is_enough(tmp_path, monkeypatch, available, swap, hosts):
    monkeypatch.setattr(room, "MEMINFO", meminfo(tmp_path / "meminfo", available, swap))
    room.check(tmp_path, hosts)


def test_a_file_in_the_reports_place_is_told(tmp_path):
    (tmp_path / "report").touch()
    with pytest.raises(StartError) as told:
        room.check(tmp_path / "report", 1)
    assert str(told.value) == (
        f"{tmp_path}/report cannot be written to: a file of that name is there; give another one: --report DIR"
    )


def test_little_space_is_told_for_either_place(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(0, 0, 0 if place == tmp_path else room.SPACE))
    with pytest.raises(StartError, match=r"has 0\.0 MB free, and a run wants 20 MB there; .* --report DIR"):
        room.check(tmp_path, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(0, 0, 0 if place == scratch.ROOT else room.SPACE))
    with pytest.raises(StartError, match="HOPCHECK_SCRATCH=DIR"):
        room.check(tmp_path, 1)


def test_another_system_is_told_what_works_there(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(StartError, match=r"runs need Linux.*Linux VM or container; lint, steps, new, judge"):
        room.check(tmp_path, 1)


def test_nothing_is_made_where_there_is_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MEMINFO", meminfo(tmp_path / "meminfo", 1))
    before = set(scratch.ROOT.glob("hc-*"))
    with pytest.raises(StartError, match="too little memory"):
        Stage(Settings(report=tmp_path / "report"))
    assert set(scratch.ROOT.glob("hc-*")) <= before


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("size=64k", "has 0.1 MB free, and a run wants 20 MB there"),
        ("size=64m,ro", "cannot be written to: read-only file system"),
    ],
)
def test_a_real_file_system_that_is_small_or_read_only(tmp_path, how, said):
    asked = f"from pathlib import Path; from hopcheck.topology import room; room.check(Path({str(tmp_path)!r}), 1)"
    done = subprocess.run(
        [
            *("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec"),
            f'mount -t tmpfs -o {how} tmpfs {tmp_path}; exec "$@"',
            *("sh", sys.executable, "-c", asked),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert f"StartError: {tmp_path} {said}" in done.stderr


@pytest.mark.parametrize(("number", "about"), [(errno.ENOSPC, True), (errno.EROFS, True), (errno.ECONNREFUSED, False)])
def test_which_errors_are_about_room(number, about):
    assert room.is_about(OSError(number, "x")) is about


def test_such_an_error_is_a_sentence():
    assert room.told(OSError(errno.ENOSPC, "No space left on device", "/x/y")) == (
        "/x/y: no space left on device; make room, or give other places: --report DIR, HOPCHECK_SCRATCH=DIR"
    )
    assert room.told(OSError(errno.ENOSPC, "No space left on device")).startswith("no space left on device; make room")


def test_inotify_instances_are_counted_and_their_lack_is_told():
    with contextlib.ExitStack() as opened:
        libc = ctypes.CDLL(None)
        for _ in range(2):
            opened.callback(os.close, libc.inotify_init1(os.O_CLOEXEC))
        # Others on this machine come and go; these two stay.
        assert room.watches_left() <= int(room.MAX_WATCHES.read_text()) - 2
        assert room._watches_of(Path(f"/proc/{os.getpid()}/fd")) == 2
    assert room._watches_of(Path(f"/proc/{os.getpid()}/fd")) == 0
    with pytest.raises(StartError, match=r"too few inotify instances: 9999 are wanted, and \d+ are left; .* sysctl -w"):
        room.watches(9999)


def test_a_kernel_without_that_limit_has_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MAX_WATCHES", tmp_path / "max_user_instances")
    room.watches(9999)


def test_what_has_ended_meanwhile_has_no_inotify_instances(tmp_path):
    assert room._watches_of(tmp_path / "gone/fd") == 0
