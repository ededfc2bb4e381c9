"""``hopcheck images build | list | remove``."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hopcheck.images import ImageError, ensure

if TYPE_CHECKING:
    import docker

BASES = ("offline", "centos-stream", "rhel")


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb ``images``."""
    images = verbs.add_parser("images", help="build, list and remove the images of hosts in containers")
    actions = images.add_subparsers(metavar="ACTION", required=True)

    build = actions.add_parser(
        "build",
        help="build a host image where it is missing; prints its tag",
        description="Builds a host image where it is missing, and prints its tag.",
    )
    build.add_argument("--base", choices=BASES, default="offline", help="what it stands on (default: offline)")
    build.add_argument("--from", dest="source", metavar="IMAGE", help="an image of the engine's in the base's place")
    build.add_argument("--tag", metavar="NAME", help="give it this name too")
    build.add_argument("--no-cache", action="store_true", help="make everything anew: base, wheels, every layer")
    build.set_defaults(verb=_run, action=_build)

    listing = actions.add_parser("list", help="the kit's images: tags, size, age")
    listing.set_defaults(verb=_run, action=_list)

    remove = actions.add_parser("remove", help="remove images that no build would make today")
    remove.add_argument("--all", action="store_true", help="remove every image of the kit's")
    remove.set_defaults(verb=_run, action=_remove)


def _run(options: argparse.Namespace) -> int:
    from hopcheck.images import engine

    try:
        with closing(engine.connect()) as client, engine.answering():
            return int(options.action(client, options))
    except ImageError as error:
        print(f"hopcheck: {error.cause}\nhopcheck: {error.step}", file=sys.stderr)
        return 3


def _build(client: docker.DockerClient, options: argparse.Namespace) -> int:
    reference = ensure(client, options.base, source=options.source, progress=_tell, fresh=options.no_cache)
    if options.tag:
        from hopcheck.images import engine

        engine.tag(client, reference, options.tag)
    print(reference)
    return 0


def _list(client: docker.DockerClient, _options: argparse.Namespace) -> int:
    from hopcheck.images import inventory

    print("\n".join(inventory.table(inventory.images(client))))
    return 0


def _remove(client: docker.DockerClient, options: argparse.Namespace) -> int:
    from hopcheck.images import inventory

    kept = 0
    for name, refused in inventory.remove(client, inventory.images(client), everything=options.all):
        print(f"{name}: kept, {refused}" if refused else f"{name}: removed")
        kept += bool(refused)
    return 3 if kept else 0


def _tell(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
