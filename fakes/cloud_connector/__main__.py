"""`python -m fakes.cloud_connector -l 127.0.0.1:PORT`: the real service's three processes in one."""

from __future__ import annotations

import argparse
import logging
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from fakes.cloud_connector import VERSION

if TYPE_CHECKING:
    from fakes.cloud_connector.config import Config
    from fakes.cloud_connector.inventory import Recorder
    from fakes.cloud_connector.kafka import Producer

ROLE = "cloud-connector"


def main(argv: list[str] | None = None) -> None:
    """Serve until SIGTERM. Raises SystemExit: wrong configuration, no broker, a port that is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m fakes.cloud_connector",
        description="REST towards the platform, MQTT towards hosts. Configured by CLOUD_CONNECTOR_MQTT_BROKER_ADDRESS, "
        "CLOUD_CONNECTOR_RHC_MESSAGE_KAFKA_BROKERS and the other variables of the real service.",
    )
    parser.add_argument("-l", "--listen-addr", default=":8081", metavar="HOST:PORT")
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    host, _, port = parser.parse_args(argv).listen_addr.rpartition(":")
    if not port.isdecimal():
        parser.error("--listen-addr takes HOST:PORT")

    from fakes.cloud_connector.config import read_config
    from fakes.serve import log_to_stderr

    log_to_stderr(ROLE)
    try:
        run(read_config(os.environ), host or "127.0.0.1", int(port))
    except (ValueError, OSError) as error:
        raise SystemExit(f"hopcheck-{ROLE}: {error}") from error


def run(config: Config, host: str, port: int) -> None:
    """Put the parts together and serve. Raises OSError without broker or map file, ValueError for a bad one."""
    from fakes.cloud_connector import copier, topic
    from fakes.cloud_connector.app import create_app
    from fakes.cloud_connector.connections import Connections
    from fakes.cloud_connector.connector import Connector
    from fakes.cloud_connector.kafka import Consumer, Producer
    from fakes.cloud_connector.mqtt import Publisher, Subscriber
    from fakes.cloud_connector.presence import Presence, tell_nobody
    from fakes.cloud_connector.tenants import ClientIdMap, Tenant
    from fakes.serve import serve

    tenants = ClientIdMap(config.client_id_file, Tenant(config.default_org, config.default_account))
    connections = Connections(Path(os.environ.get("STATE_DIRECTORY", "."), f"{ROLE}.sqlite3"))
    producer = Producer(config.kafka_brokers)
    inventory = Producer(config.inventory_brokers) if config.recorder == "inventory" else None
    record = inventory_recorder(config, inventory) if inventory else tell_nobody
    presence = Presence(connections, tenants, record)
    consumer = Consumer(
        config.kafka_brokers, config.kafka_group, config.kafka_topic,
        partial(copier.apply, config.topic_prefix, presence), die,
    )  # fmt: skip
    copy = copier.Copier(
        config.topic_prefix, config.kafka_topic, producer.send,
        lambda packet_id: subscriber.acknowledge(packet_id), die,
    )  # fmt: skip
    subscriber = Subscriber(
        config.broker, config.mqtt_client_id, topic.subscriptions(config.topic_prefix), copy.take,
        clean=config.clean_session, on_lost=die if config.shutdown_on_loss else warn,
    )  # fmt: skip
    publisher = Publisher(config.broker, f"{config.mqtt_client_id}-api", config.publish_timeout)
    for session in (publisher, subscriber):
        session.connect()
    consumer.start()
    serve(create_app(Connector(config, connections, publisher)), host, port, ROLE, version=VERSION)
    subscriber.close()
    publisher.close()
    consumer.close()
    for open_producer in (producer, inventory):
        if open_producer:
            open_producer.close()
    connections.close()


def inventory_recorder(config: Config, producer: Producer) -> Recorder:
    """The recorder `inventory`."""
    from fakes.cloud_connector.inventory import Recorder

    return Recorder(producer.send, config.inventory_topic, config.inventory_reporter, config.inventory_stale_hours)


def warn(reason: str) -> None:
    """Log a loss that heals by itself."""
    logging.warning(reason)


def die(reason: str) -> NoReturn:
    """End at once, from any thread: what was not acknowledged or committed comes again."""
    logging.critical(reason)
    os._exit(1)


if __name__ == "__main__":
    main()
