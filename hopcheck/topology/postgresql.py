"""A PostgreSQL of the run's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Database:
    """A database and its owner, at a server's TCP address."""

    host: str
    port: int
    name: str
    username: str
    password: str
