"""The append-only history of a run: events, their store, and what is kept out of it."""

from hopcheck.trace.event import Draft, Event, Payload
from hopcheck.trace.redaction import Redactor
from hopcheck.trace.store import Store, Trace, TraceTimeout, load

__all__ = ["Draft", "Event", "Payload", "Redactor", "Store", "Trace", "TraceTimeout", "load"]
