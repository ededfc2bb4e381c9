from __future__ import annotations

from fakes.cloud_connector.errors import ApiError, no_connection


def test_title_serves_as_detail():
    text = "No connection to the rhc client"
    assert no_connection().document() == {"title": text, "status": 404, "detail": text}
    assert ApiError(500, "t", "").document() == {"title": "t", "status": 500, "detail": ""}
