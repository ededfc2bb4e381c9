"""`python -m fakes.ingress`; everything is configured by the environment."""

from __future__ import annotations

import argparse
import os

from fakes.ingress import VERSION

ROLE = "ingress"


def main(argv: list[str] | None = None) -> None:
    """Serve until SIGTERM. Raises SystemExit where the configuration is wrong or a port is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m fakes.ingress",
        description="Takes uploads. Configured by INGRESS_WEBPORT, INGRESS_METRICSPORT, INGRESS_KAFKABROKERS, "
        "INGRESS_VALID_UPLOAD_TYPES, INGRESS_MINIOENDPOINT and the other variables of the real service.",
    )
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    parser.parse_args(argv)

    from fakes.ingress.config import read_config

    try:
        config = read_config(os.environ)
    except ValueError as error:
        raise SystemExit(f"hopcheck-{ROLE}: {error}") from error

    from fakes.ingress.app import create_app
    from fakes.ingress.kafka import Producer
    from fakes.ingress.metrics import Metrics, metrics_app
    from fakes.ingress.staging import S3Stage
    from fakes.ingress.upload import Ingress
    from fakes.serve import Listener, log_to_stderr, serve_all

    log_to_stderr(ROLE)
    metrics = Metrics()
    producer = Producer(config.kafka_brokers)
    app = create_app(Ingress(config, S3Stage(config), producer), metrics)
    listeners = [
        Listener(app, "127.0.0.1", config.web_port),
        Listener(metrics_app(metrics), "127.0.0.1", config.metrics_port),
    ]
    serve_all(listeners, ROLE, version=VERSION)
    producer.close()


if __name__ == "__main__":
    main()
