import json
import os
from pathlib import Path

import pytest

from hopcheck.topology.containers import places, prepare
from hopcheck.topology.containers.layer import _plan
from hopcheck.topology.containers.prepare import Unfit

NATIVE = ("rhc", "rhc-worker-playbook", "insights-client")
WORKER = places.UNITS["rhc-worker-playbook"]
LIBRARY = places.WORKER_LIBRARIES[0]
PROGRAMS = {"rhc": "/usr/bin/yggd", "rhc-worker-playbook": "/usr/libexec/rhc-worker-playbook"}


class Tree:
    """An image's root that has all that a host of native roles needs, until a test takes something away."""

    def __init__(self, root: Path):
        self.root = root
        self.write("/lib/systemd/systemd", "systemd")
        for role, program in PROGRAMS.items():
            self.write(program, f"real {role}", 0o755)
            self.write(f"/usr/lib/systemd/system/{places.UNITS[role]}", f"[Service]\nExecStart={program} --x\n")
        for path in (places.CLIENT, places.VERIFIER):
            self.write(path, f"real {path}", 0o755)
            self.write(places.SHIMS + path, "shim", 0o755)
        for library in places.WORKER_LIBRARIES:
            self.write(f"{places.SHIMS}{library}/ansible_runner/__main__.py", "shim")
        self.write(f"{LIBRARY}/ansible_runner/__main__.py", "real runner")
        self.write(f"{LIBRARY}/ansible_runner/inner/x.py", "real runner")

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def read(self, name: str) -> str:
        return self.path(name).read_text()

    def stand_in(self, role: str, program: str) -> None:
        self.write(f"{places.STAND_INS}/{role}{program}", f"stand-in {role}", 0o755)

    def prepare(self, *native: str) -> dict:
        prepare.main(_plan(native), str(self.root))
        return json.loads(self.read(places.FOUND))


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


def test_programs_are_moved_aside_and_shims_stand_in_their_places(tree):
    found = tree.prepare(*NATIVE)
    for path in (places.CLIENT, places.VERIFIER):
        assert (tree.read(path), tree.read(places.REAL + path)) == ("shim", f"real {path}")
        assert os.access(tree.path(path), os.X_OK)
    assert tree.read(f"{LIBRARY}/ansible_runner/__main__.py") == "shim"
    assert not tree.path(f"{LIBRARY}/ansible_runner/inner").exists()
    assert tree.read(f"{places.REAL}{LIBRARY}/ansible_runner/inner/x.py") == "real runner"
    assert found == {**PROGRAMS, "insights-client": places.CLIENT, "ansible-runner": LIBRARY}


def test_only_libraries_that_bundle_the_runner_get_its_shim(tree):
    tree.prepare(*NATIVE)
    assert not tree.path(f"{places.WORKER_LIBRARIES[1]}/ansible_runner").exists()


def test_what_is_prepared_twice_is_what_came_last(tree):
    tree.prepare(*NATIVE)
    tree.write(places.CLIENT, "newer", 0o755)
    tree.write(f"{LIBRARY}/ansible_runner/__main__.py", "newer")
    tree.prepare(*NATIVE)
    assert tree.read(places.REAL + places.CLIENT) == "newer"
    assert tree.read(f"{places.REAL}{LIBRARY}/ansible_runner/__main__.py") == "newer"


def unsystemd(tree):
    tree.path("/lib/systemd/systemd").unlink()


def unit_lost(tree):
    tree.path(f"/usr/lib/systemd/system/{WORKER}").unlink()


def unit_starts_nothing(tree):
    tree.write(f"/usr/lib/systemd/system/{WORKER}", "[Service]\n")


def program_lost(tree):
    tree.path(PROGRAMS["rhc"]).unlink()


def program_not_executable(tree):
    tree.path(PROGRAMS["rhc"]).chmod(0o644)


def verifier_lost(tree):
    tree.path(places.VERIFIER).unlink()


def runner_lost(tree):
    tree.path(f"{LIBRARY}/ansible_runner").rename(tree.path("/elsewhere"))


def stand_in_left(tree):
    tree.stand_in("rhc", PROGRAMS["rhc"])
    tree.write(PROGRAMS["rhc"], "stand-in rhc", 0o755)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (unsystemd, "the image has no systemd"),
        (unit_lost, f"holds no unit {WORKER} in /etc/systemd/system"),
        (unit_starts_nothing, f"the unit {WORKER} starts nothing"),
        (program_lost, f"starts {PROGRAMS['rhc']}, which is no program there"),
        (program_not_executable, f"starts {PROGRAMS['rhc']}, which is no program there"),
        (verifier_lost, f"holds no {places.VERIFIER}, which is insights-client's"),
        (runner_lost, f"no ansible_runner package in {LIBRARY} or "),
        (stand_in_left, f"{PROGRAMS['rhc']} is the stand-in: --native rhc wants the real one"),
    ],
)
def test_an_image_that_cannot_be_a_host_says_why(tree, spoil, says):
    spoil(tree)
    with pytest.raises(Unfit, match=says):
        tree.prepare(*NATIVE)
    assert not tree.path(places.FOUND).exists()


def test_a_role_that_is_not_native_needs_its_stand_in(tree):
    with pytest.raises(Unfit, match="no stand-in for rhc: add rhc to --native"):
        tree.prepare("rhc-worker-playbook", "insights-client")


def test_a_native_program_that_differs_from_the_stand_in_is_the_real_one(tree):
    tree.stand_in("rhc", PROGRAMS["rhc"])
    assert tree.prepare(*NATIVE)["rhc"] == PROGRAMS["rhc"]


def test_a_stand_in_that_is_not_there_yet_is_installed(tree):
    tree.stand_in("rhc", PROGRAMS["rhc"])
    source, target = tree.path(places.STAND_INS) / "rhc", tree.root
    tree.write(places.INSTALL, f'#!/bin/sh\necho "$1" >>{tree.root}/asked\ncp -a {source}/. {target}\n', 0o755)
    tree.prepare("rhc-worker-playbook", "insights-client")
    assert tree.read(PROGRAMS["rhc"]) == "stand-in rhc"
    assert tree.read("/asked") == "rhc\n"
    tree.prepare("rhc-worker-playbook", "insights-client")
    assert tree.read("/asked") == "rhc\n"


def test_the_unit_of_the_administrator_wins_and_its_last_start_counts(tree):
    tree.write("/opt/mine", "mine", 0o755)
    tree.write(f"/etc/systemd/system/{places.UNITS['rhc']}", "[Service]\nExecStart=/bin/x\nExecStart=-@/opt/mine a b\n")
    assert tree.prepare(*NATIVE)["rhc"] == "/opt/mine"


def test_an_overlay_goes_over_the_root_before_anything_is_looked_for(tree):
    tree.path(PROGRAMS["rhc"]).unlink()
    tree.write(places.OVERLAY + PROGRAMS["rhc"], "built just now", 0o755)
    tree.write(places.OVERLAY + places.CLIENT, "overlay's client", 0o755)
    tree.prepare(*NATIVE)
    assert tree.read(PROGRAMS["rhc"]) == "built just now"
    assert tree.read(places.REAL + places.CLIENT) == "overlay's client"


def test_a_merge_goes_through_links_to_directories_and_replaces_links_to_files(tmp_path):
    root, overlay = Tree(tmp_path / "root"), tmp_path / "overlay"
    root.path("/lib64").symlink_to("usr/lib")
    root.write("/usr/lib/kept", "kept")
    root.write("/etc/target", "target")
    root.path("/etc/link").symlink_to("target")
    for name, text in {"lib64/new": "new", "etc/link": "a file now", "brand/new": "x"}.items():
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(text)
    (overlay / "etc/other").symlink_to("link")
    prepare.merge(str(overlay), str(root.root))
    assert root.path("/lib64").is_symlink()
    assert (root.read("/usr/lib/new"), root.read("/usr/lib/kept")) == ("new", "kept")
    assert (root.path("/etc/link").is_symlink(), root.read("/etc/target")) == (False, "target")
    assert root.path("/etc/other").readlink() == Path("link")
    assert root.read("/brand/new") == "x"


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("elsewhere"), lambda path: path.write_text("x")])
def test_what_is_no_directory_goes_over_none(tmp_path, make):
    root, overlay = tmp_path / "root", tmp_path / "overlay"
    (root / "etc/there").mkdir(parents=True)
    (overlay / "etc").mkdir(parents=True)
    make(overlay / "etc/there")
    with pytest.raises(Unfit, match="etc/there is a directory in the image"):
        prepare.merge(str(overlay), str(root))
    assert list((root / "etc/there").iterdir()) == []


def test_a_directory_goes_over_directories_only(tmp_path):
    root, overlay = tmp_path / "root", tmp_path / "overlay"
    (overlay / "etc/there").mkdir(parents=True)
    (root / "etc").mkdir(parents=True)
    (root / "etc/there").write_text("a file")
    with pytest.raises(Unfit, match="etc/there is no directory in the image"):
        prepare.merge(str(overlay), str(root))


def test_a_displaced_link_stays_a_link(tree):
    tree.path(places.CLIENT).unlink()
    tree.path(places.CLIENT).symlink_to("real-client")
    tree.prepare(*NATIVE)
    assert tree.path(places.REAL + places.CLIENT).readlink() == Path("real-client")
    assert tree.read(places.CLIENT) == "shim"
