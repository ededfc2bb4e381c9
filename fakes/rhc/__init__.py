"""Stand-in of rhc's daemon: yggdrasil 0.4, MQTT on one side and D-Bus workers on the other."""

VERSION = "0.1.0"
