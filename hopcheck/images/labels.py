"""How the kit's images are told from others, and one of them from the next."""

from __future__ import annotations

IMAGE = "org.hopcheck.image"
"""``base`` or ``host``."""
BASE = "org.hopcheck.base"
"""Name of the base it is, or stands on."""
CONTEXT = "org.hopcheck.context"
"""Digest of what the engine was sent."""
SOURCE = "org.hopcheck.source"
"""Digest of the base's recipe, or the id of the image it was built on."""
