from __future__ import annotations

import pytest

from fakes.ingress.metrics import metrics_app


@pytest.mark.parametrize("path", ["/", "/metrics"])
def test_answers_are_counted(world, path):
    world.upload()
    world.client.get("/nowhere")
    text = metrics_app(world.metrics).test_client().get(path).text
    assert 'ingress_requests_total{code="202"} 1' in text
    assert 'ingress_requests_total{code="404"} 1' in text
