"""The Cloud Connector stand-in: REST towards the platform, MQTT towards the hosts."""

VERSION = "0.1.0"
