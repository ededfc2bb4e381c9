"""The last layer of a host's image: overlay and process shims, so that a host starts ready to be watched."""

from __future__ import annotations

import io
import json
import re
import stat
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from docker.errors import APIError, BuildError, ImageNotFound

from hopcheck.taps.stub import runner_package, stub
from hopcheck.topology.containers import places
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import NATIVE

REPOSITORY = "hopcheck/tapped"
IMAGE_LABEL = "org.hopcheck.image"
_EPOCH = 0
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OWN_WORDS = re.compile(r"(?m)^hopcheck: (.+)$")


def tapped(
    engine: Engine,
    image: str,
    *,
    native: Sequence[str] = (),
    overlay: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """The id of ``image`` with ``overlay`` copied over its root and shims in their places; built where missing.

    ``native`` roles keep what image and overlay hold, all others get stand-ins. Raises `StartError` for an image that
    is missing or cannot be a host, and for a bad overlay.
    """
    try:
        base = engine.client.images.get(image)
    except ImageNotFound as error:
        raise StartError(
            f"there is no image {image} in this engine; pull or build it first (hopcheck images build makes our own, "
            "hopcheck images list shows what is there)"
        ) from error
    files = {**_kit(native), **({} if overlay is None else _overlay(overlay))}
    plan = _plan(native)
    tag = f"{REPOSITORY}:{_digest(str(base.id), plan, files)}"
    try:
        return str(engine.client.images.get(tag).id)
    except ImageNotFound:
        progress(f"adding {'the overlay and ' if overlay else ''}process shims to {image}")
    return _build(engine, str(base.id), image, tag, plan, files)


def shim_digests(native: Sequence[str] = ()) -> dict[str, str]:
    """SHA-256 of every shim file, by its path in a host whose worker has its usual library."""
    return {
        name.removeprefix(f"kit{places.SHIMS}"): sha256(data).hexdigest()
        for name, (data, _) in _kit(native).items()
        if name.startswith(f"kit{places.SHIMS}/usr/bin/") or name.startswith(f"kit{places.SHIMS}/usr/libexec/")
    }


def _plan(native: Sequence[str]) -> dict[str, Any]:
    return {
        "stand_ins": [role for role in NATIVE if role not in native],
        "native": list(native),
        "units": places.UNITS,
        "programs": {"insights-client": [places.CLIENT, places.VERIFIER]},
        "libraries": places.WORKER_LIBRARIES,
        "stand_ins_at": places.STAND_INS,
        "install": places.INSTALL,
        "overlay": places.OVERLAY,
        "shims": places.SHIMS,
        "real": places.REAL,
        "found": places.FOUND,
    }


Files = Mapping[str, tuple[bytes, int]]


def _kit(native: Sequence[str]) -> dict[str, tuple[bytes, int]]:
    """Script and shims by their name in the build's context, with their modes."""
    here = resources.files("hopcheck.topology.containers")
    scripts = ("prepare.py", "versions.py", "visitor.py")
    files = {f"kit{places.LIBEXEC}/{name}": (here.joinpath(name).read_bytes(), 0o644) for name in scripts}
    socket = Path(places.PROCESS_SOCKET)
    # The real verifier takes the run's own key only by option (facts 5.3); the stand-in's defaults are these files.
    own_key = ["--key", "/etc/hopcheck/verifier/public.gpg"]
    own_key += ["--revocation-list", "/etc/hopcheck/verifier/revoked_playbooks.yaml"]
    for path, options in ((places.CLIENT, []), (places.VERIFIER, own_key if "insights-client" in native else [])):
        text = stub(path, real=[places.REAL + path, *options], socket=socket, python=places.PYTHON)
        files[f"kit{places.SHIMS}{path}"] = text.encode(), 0o755
    for library in places.WORKER_LIBRARIES:
        path = f"{library}/ansible_runner"
        package = runner_package(
            path,
            real=[places.PYTHON, "-m", "ansible_runner"],
            socket=socket,
            python=places.PYTHON,
            env={"PYTHONPATH": f"{places.REAL}{library}:{library}"},
        )
        files |= {f"kit{places.SHIMS}{path}/{name}": (text.encode(), 0o644) for name, text in package.items()}
    return files


def _overlay(directory: Path) -> dict[str, tuple[bytes, int]]:
    """The overlay's files. Raises `StartError` where it is no directory or leaves the root."""
    if not directory.is_dir():
        raise StartError(f"--host-overlay {directory}: not a directory; give the one whose tree goes over the root")
    return dict(_below(directory))


def _below(directory: Path) -> Iterator[tuple[str, tuple[bytes, int]]]:
    for path in sorted(directory.rglob("*")):
        inside = PurePosixPath(path.relative_to(directory).as_posix())
        about = path.lstat()
        name = f"kit{places.OVERLAY}/{inside}"
        if stat.S_ISLNK(about.st_mode):
            target = path.readlink().as_posix()
            if _climbs(inside.parent, target):
                raise StartError(f"--host-overlay {directory}: the link {inside} leaves the root: {target}")
            yield name, (target.encode(), stat.S_IFLNK | 0o777)
        elif stat.S_ISREG(about.st_mode):
            yield name, (path.read_bytes(), stat.S_IMODE(about.st_mode))
        elif not stat.S_ISDIR(about.st_mode):
            raise StartError(f"--host-overlay {directory}: {inside} is neither file, link nor directory")


def _climbs(folder: PurePosixPath, target: str) -> bool:
    if target.startswith("/"):
        return False  # read inside the host
    depth = len(folder.parts)
    for part in PurePosixPath(target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def _digest(base: str, plan: Mapping[str, Any], files: Files) -> str:
    digest = sha256(json.dumps([base, plan], sort_keys=True).encode())
    for name, (data, mode) in sorted(files.items()):
        digest.update(f"{name}\0{mode:o}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


def _build(engine: Engine, base: str, image: str, tag: str, plan: Mapping[str, Any], files: Files) -> str:
    script = f"{places.PYTHON} {places.LIBEXEC}/prepare.py {places.LIBEXEC}/plan.json"
    recipe = f"FROM {base}\nUSER root\nCOPY kit/ /\nRUN {script}\n"
    given = {"Dockerfile": recipe, f"kit{places.LIBEXEC}/plan.json": json.dumps(plan)}
    try:
        made, _ = engine.client.images.build(
            fileobj=_context({**{name: (text.encode(), 0o644) for name, text in given.items()}, **files}),
            custom_context=True,
            tag=tag,
            rm=True,
            forcerm=True,
            network_mode="none",
            labels={IMAGE_LABEL: "tapped"},
        )
    except BuildError as error:
        said = "".join(str(each.get("stream") or each.get("error") or "") for each in error.build_log)
        # The engine paints what a step writes to stderr.
        told = _OWN_WORDS.search(_COLOUR.sub("", said))
        raise StartError(f"{image}: {told[1] if told else said.strip()[-800:]}") from error
    except APIError as error:
        raise StartError(f"{image}: the engine could not add the kit's layer: {error.explanation}") from error
    return str(made.id)


def _context(files: Files) -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, (data, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.mode, member.mtime = stat.S_IMODE(mode), _EPOCH
            if stat.S_ISLNK(mode):
                member.type, member.linkname = tarfile.SYMTYPE, data.decode()
                archive.addfile(member)
            else:
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    packed.seek(0)
    return packed
