"""The second port: how many requests were answered, in Prometheus' text format."""

from __future__ import annotations

import threading
from collections import Counter

from flask import Flask, Response


class Metrics:
    """Counts of answers by HTTP status."""

    def __init__(self) -> None:
        self._answers: Counter[int] = Counter()
        self._lock = threading.Lock()

    def count(self, response: Response) -> Response:
        """Note one answer and pass it on."""
        with self._lock:
            self._answers[response.status_code] += 1
        return response

    def text(self) -> str:
        """One line for each status seen."""
        with self._lock:
            answers = sorted(self._answers.items())
        lines = [f'ingress_requests_total{{code="{code}"}} {number}\n' for code, number in answers]
        return "# TYPE ingress_requests_total counter\n" + "".join(lines)


def metrics_app(metrics: Metrics) -> Flask:
    """The application of the metrics port."""
    app = Flask("ingress-metrics", static_folder=None)

    def show() -> Response:
        return Response(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_url_rule("/", "root", show)
    app.add_url_rule("/metrics", "metrics", show)
    return app
