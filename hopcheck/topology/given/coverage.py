"""What cases have given that only a contract is about: those whom a role asks, away, and what was there before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene

SOURCES = "/api/sources/v3.1"
Values = Mapping[str, str]


@given("the platform's services away")
def _no_platform(scene: Scene) -> None:
    scene.stop("platform")
    scene.afterwards(lambda: scene.start("platform"))


@given("a source")
def _source(scene: Scene) -> Values:
    ref = uuid.uuid4().hex
    one = {"source_ref": ref, "source_name": ref, "source_type": "cloud-connector"}
    headers = {"x-rh-identity": "${user}"}
    scene.ask("platform", "POST", f"{SOURCES}/bulk_create", headers=headers, json={"sources": [one]})
    found = scene.ask("platform", "GET", f"{SOURCES}/sources?filter[source_ref][eq]={ref}", headers=headers)
    return {"source_ref": ref, "source": str(found.json["data"][0]["id"])}
