"""Stand-in of rhcd 0.2 (yggdrasil 0.2 as RHEL 8 and 9 have it): MQTT and HTTP as its own, gRPC not at all."""

VERSION = "0.1.0"
