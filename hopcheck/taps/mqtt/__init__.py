"""The MQTT tap: a packet proxy in front of the broker that records what passes."""

from hopcheck.taps.mqtt.decode import Decoder, Packet, decode
from hopcheck.taps.mqtt.fields import MqttMalformed
from hopcheck.taps.mqtt.tap import MqttTap

__all__ = ["Decoder", "MqttMalformed", "MqttTap", "Packet", "decode"]
