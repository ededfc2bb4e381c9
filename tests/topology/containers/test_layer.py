import io
import os
import stat
import tarfile
from hashlib import sha256
from types import SimpleNamespace

import pytest
from docker.errors import APIError, BuildError, ImageNotFound

from hopcheck.topology.containers import layer, places
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.layer import REPOSITORY, shim_digests, tapped
from hopcheck.topology.process import StartError

NATIVE = ("rhc", "rhc-worker-playbook", "insights-client")


class Images:
    """The images of an engine; a build adds one, or fails with ``error``."""

    def __init__(self):
        self.ids, self.built, self.error = {"base": "sha256:base"}, [], None

    def get(self, name):
        if name not in self.ids:
            raise ImageNotFound(name)
        return SimpleNamespace(id=self.ids[name])

    def build(self, fileobj, tag, **how):
        if self.error is not None:
            raise self.error
        with tarfile.open(fileobj=fileobj) as archive:
            members = {m.name: (m, (archive.extractfile(m) or io.BytesIO()).read()) for m in archive if not m.issym()}
            fileobj.seek(0)
            with tarfile.open(fileobj=fileobj) as again:
                members |= {m.name: (m, b"") for m in again if m.issym()}
        self.built.append((tag, members, how))
        self.ids[tag] = f"sha256:{len(self.built)}"
        return SimpleNamespace(id=self.ids[tag]), []


@pytest.fixture
def images():
    return Images()


@pytest.fixture
def make(images):
    engine = Engine(SimpleNamespace(images=images), "docker", "", 1, "")
    return lambda image="base", **given: tapped(engine, image, **given)


@pytest.fixture
def overlay(tmp_path):
    path = tmp_path / "overlay"
    (path / "usr/bin").mkdir(parents=True)
    (path / "usr/bin/yggd").write_text("built just now")
    (path / "usr/bin/yggd").chmod(0o755)
    return path


def tag(images, make, **given):
    make(**given)
    return images.built[-1][0]


def test_it_is_built_once_and_without_a_network(images, make):
    said = []
    first = make(progress=said.append)
    assert make(progress=said.append) == first == "sha256:1"
    assert len(images.built) == 1
    assert said == ["adding process shims to base"]
    name, members, how = images.built[0]
    assert name.startswith(f"{REPOSITORY}:")
    assert (how["network_mode"], how["rm"], how["forcerm"]) == ("none", True, True)
    recipe = members["Dockerfile"][1].decode()
    assert recipe.splitlines()[0] == "FROM sha256:base"


def test_the_tag_follows_base_overlay_native_roles_and_shims(images, make, overlay, monkeypatch):
    tags = [tag(images, make), tag(images, make, native=("rhc",)), tag(images, make, overlay=overlay)]
    (overlay / "usr/bin/yggd").chmod(0o700)
    tags.append(tag(images, make, overlay=overlay))
    (overlay / "usr/bin/yggd").write_text("built later")
    tags.append(tag(images, make, overlay=overlay))
    (overlay / "usr/bin/rhcd").symlink_to("yggd")
    tags.append(tag(images, make, overlay=overlay))
    images.ids["base"] = "sha256:another"
    tags.append(tag(images, make))
    monkeypatch.setattr(layer, "stub", lambda *_, **__: "another shim")
    tags.append(tag(images, make))
    assert len(set(tags)) == len(tags)


def test_the_tag_follows_nothing_else(images, make, overlay):
    first = make(overlay=overlay)
    os.utime(overlay / "usr/bin/yggd", (1, 1))
    images.ids["other name"] = images.ids["base"]
    elsewhere = overlay.with_name("elsewhere")
    overlay.rename(elsewhere)
    assert make("other name", overlay=elsewhere) == first
    assert len(images.built) == 1


def test_an_overlay_is_packed_with_its_modes_and_links(images, make, overlay):
    (overlay / "usr/bin/rhcd").symlink_to("yggd")
    make(overlay=overlay)
    members = images.built[0][1]
    program, data = members[f"kit{places.OVERLAY}/usr/bin/yggd"]
    assert (program.mode, data) == (0o755, b"built just now")
    link, _ = members[f"kit{places.OVERLAY}/usr/bin/rhcd"]
    assert (link.issym(), link.linkname) == (True, "yggd")


def test_a_missing_image_says_how_to_get_one(make):
    with pytest.raises(StartError, match=r"there is no image none in this engine.*hopcheck images build"):
        make("none")


@pytest.mark.parametrize("spoil", [lambda path: path.touch(), lambda path: None])
def test_an_overlay_that_is_no_directory(make, tmp_path, spoil):
    path = tmp_path / "file"
    spoil(path)
    with pytest.raises(StartError, match=f"--host-overlay {path}: not a directory"):
        make(overlay=path)


@pytest.mark.parametrize("target", ["../../../etc/passwd", "../bin/../../../x", "../../.."])
def test_a_link_that_leaves_the_root(make, overlay, target):
    (overlay / "usr/bin/out").symlink_to(target)
    with pytest.raises(StartError, match="the link usr/bin/out leaves the root"):
        make(overlay=overlay)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "./yggd", "../bin/yggd"])
def test_a_link_that_stays_within(make, overlay, target):
    (overlay / "usr/bin/in").symlink_to(target)
    make(overlay=overlay)


def test_a_link_to_a_directory_outside_is_packed_as_a_link_and_not_followed(images, make, overlay):
    (overlay / "etc").symlink_to("/etc")
    make(overlay=overlay)
    below = [name for name in images.built[0][1] if name.startswith(f"kit{places.OVERLAY}/etc")]
    assert below == [f"kit{places.OVERLAY}/etc"]


def test_what_is_neither_file_nor_link_nor_directory(make, overlay):
    os.mkfifo(overlay / "usr/pipe")
    with pytest.raises(StartError, match="usr/pipe is neither file, link nor directory"):
        make(overlay=overlay)


def test_a_build_that_fails_says_the_scripts_own_words(images, make):
    log = [{"stream": "Step 4/4 : RUN x\n"}, {"stream": "\x1b[91mhopcheck: the image has no systemd\n\x1b[0m"}]
    images.error = BuildError("The command returned a non-zero code: 1", [*log, {"error": "code: 1"}])
    with pytest.raises(StartError) as raised:
        make()
    assert str(raised.value) == "base: the image has no systemd"


def test_a_build_that_fails_otherwise_shows_its_end(images, make):
    images.error = BuildError("no", [{"stream": "x" * 2000}, {"error": "python3: not found"}])
    with pytest.raises(StartError, match="python3: not found") as raised:
        make()
    assert len(str(raised.value)) < 900


def test_an_engine_that_refuses_is_no_build_that_failed(images, make):
    images.error = APIError("500", explanation="no space left on device")
    with pytest.raises(StartError, match="the engine could not add the kit's layer: no space left"):
        make()


def test_the_shims_that_are_looked_at_in_the_end_are_those_of_the_layer(images, make):
    make(native=NATIVE)
    members = images.built[0][1]
    digests = shim_digests(NATIVE)
    assert set(digests) == {places.CLIENT, places.VERIFIER}
    for path, digest in digests.items():
        member, data = members[f"kit{places.SHIMS}{path}"]
        assert sha256(data).hexdigest() == digest
        assert stat.S_IMODE(member.mode) == 0o755


def test_a_real_verifier_is_given_the_runs_key_and_a_stand_in_is_not():
    assert shim_digests(NATIVE)[places.VERIFIER] != shim_digests()[places.VERIFIER]
    assert shim_digests(NATIVE)[places.CLIENT] == shim_digests()[places.CLIENT]


def test_the_runners_shim_runs_only_what_the_run_permits(images, make):
    make()
    runner = images.built[0][1][f"kit{places.SHIMS}{places.WORKER_LIBRARIES[0]}/ansible_runner/shim.py"][1].decode()
    assert "'gate': True" in runner
