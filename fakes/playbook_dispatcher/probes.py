"""The probe port: ``/ready`` and ``/live``."""

from __future__ import annotations

import sqlite3

from flask import Flask

from fakes.playbook_dispatcher.store import Store


def create_probes(store: Store) -> Flask:
    """200 without a body, or 500 with the error's text."""
    app = Flask(__name__)

    @app.get("/ready")
    def ready() -> tuple[str, int]:
        try:
            store.connection().execute("SELECT 1")
        except sqlite3.Error as error:
            return str(error), 500
        return "", 200

    @app.get("/live")
    def live() -> str:
        return ""

    return app
