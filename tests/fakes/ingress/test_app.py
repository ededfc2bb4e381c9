from __future__ import annotations

import pytest

BASE = "/api/ingress/v1"


def test_probe_needs_nobody(world):
    answer = world.client.get("/")
    assert (answer.text, answer.content_type) == ("lubdub", "text/plain; charset=utf-8")


@pytest.mark.parametrize("path", [BASE, f"{BASE}/"])
def test_base_wants_an_identity(world, path):
    assert world.client.get(path).status_code == 400
    assert world.client.get(path, headers={"x-rh-identity": world.header()}).text == "lubdub"


def test_version(world):
    assert world.client.get(f"{BASE}/version").json == {"version": "", "commit": "notrunninginopenshift"}


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_post_uploads(world, method):
    answer = getattr(world.client, method)(f"{BASE}/upload")
    assert (answer.status_code, answer.data) == (405, b"")


def test_unknown_route(world):
    assert world.client.get("/api/ingress/v2/upload").status_code == 404


def test_track_is_absent_without_authentication(make_world):
    assert make_world(auth=False).client.get(f"{BASE}/track/x").status_code == 404


def test_surprise_is_a_500(world):
    world.sink.send = None
    answer = world.upload()
    assert (answer.status_code, answer.data) == (500, b"")
