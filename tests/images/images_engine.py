"""An engine that lives in a dictionary: what of the SDK the builder asks, without a daemon."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from docker.errors import APIError, ContainerError, ImageNotFound, NotFound

HERE = b'["3.11.2", "2.36", "x86_64"]\n'


def refusal(text: str) -> APIError:
    return APIError("500 Server Error", explanation=text)


@dataclass
class Image:
    engine: Engine
    id: str
    tags: list[str]
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def attrs(self) -> dict[str, Any]:
        return {"Size": 1_500_000, "Created": "2026-01-01T00:00:00.123456789Z"}

    def tag(self, repository: str, tag: str) -> None:
        name = f"{repository}:{tag}"
        for other in self.engine.all:
            if name in other.tags:
                other.tags.remove(name)
        self.tags.append(name)


@dataclass
class Engine:
    """`client` is what the code gets; `built` and `imported` are what it asked for; `says` is what a build answers."""

    all: list[Image] = field(default_factory=list)
    built: list[dict[str, Any]] = field(default_factory=list)
    imported: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    says: list[dict[str, Any]] = field(default_factory=list)
    python: bytes | APIError | ContainerError | NotFound = HERE
    registry: tuple[str, ...] = ()
    in_use: tuple[str, ...] = ()

    @property
    def client(self) -> Any:
        return SimpleNamespace(
            version=lambda: {"Arch": "amd64"},
            info=dict,
            images=SimpleNamespace(get=self.get, pull=self._pull, list=self._list, remove=self._remove),
            containers=SimpleNamespace(run=self._run),
            api=SimpleNamespace(build=self._build, import_image_from_file=self._import),
            close=lambda: None,
        )

    def add(self, *tags: str, **labels: str) -> Image:
        image = Image(self, f"sha256:{len(self.all):064x}", list(tags), labels)
        self.all.append(image)
        return image

    def get(self, name: str) -> Image:
        for image in self.all:
            if name in (image.id, *image.tags):
                return image
        raise ImageNotFound(name)

    def context(self, number: int = -1) -> dict[str, tarfile.TarInfo]:
        """Members of a built context by name."""
        with tarfile.open(fileobj=io.BytesIO(self.built[number]["context"])) as tar:
            return {member.name: member for member in tar.getmembers()}

    def _pull(self, name: str) -> None:
        if name not in self.registry:
            raise refusal(f"pull access denied for {name}")
        self.add(name)

    def _list(self, filters: dict[str, str]) -> list[Image]:
        return [image for image in self.all if filters["label"] in image.labels]

    def _remove(self, name: str) -> None:
        if name in self.in_use:
            raise refusal("conflict: a container is using it")
        image = self.get(name)
        if name in image.tags:
            image.tags.remove(name)
        if not image.tags:
            self.all.remove(image)

    def _run(self, *_: Any, **__: Any) -> bytes:
        if isinstance(self.python, bytes):
            return self.python
        raise self.python

    def _build(self, *, fileobj: Any, tag: str, labels: dict[str, str], **rest: Any) -> list[dict[str, Any]]:
        self.built.append({"context": fileobj.read(), "tag": tag, "labels": labels, **rest})
        if not any("error" in answer for answer in self.says):
            self.add().tag(*tag.split(":"))
            self.all[-1].labels = {"org.hopcheck.image": "host", **labels}
        return self.says

    def _import(self, file: str, *, repository: str, tag: str, changes: list[str]) -> str:
        self.imported.append((file, {"repository": repository, "tag": tag, "changes": changes}))
        self.add(f"{repository}:{tag}")
        return "{}"
