"""What the request handlers work with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, g, request

from fakes.remediations.access import Access, Everything
from fakes.remediations.config import Config
from fakes.remediations.dispatcher import Caller, Dispatcher
from fakes.remediations.errors import ApiError, Plain, invalid
from fakes.remediations.identity import Identity, identity_of, require_user
from fakes.remediations.inventory import Inventory
from fakes.remediations.plan import Plan
from fakes.remediations.store import Store

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Service:
    """One per application."""

    config: Config
    store: Store
    dispatcher: Dispatcher
    inventory: Inventory
    access: Access = field(default_factory=Everything)


def service() -> Service:
    """The running application's."""
    return cast(Service, current_app.extensions["remediations"])


def caller(identity: Identity) -> Caller:
    """What travels on to other services."""
    return Caller(identity.header, g.request_id)


def user(verb: str) -> Identity:
    """The user or service account of this request, who may do what `verb` names. Raises ApiError."""
    identity = identity_of(request.headers.get("x-rh-identity"))
    require_user(identity)
    service().access.require(caller(identity), verb)
    return identity


def own_plan(identity: Identity, plan_id: str) -> Plan:
    """A plan that `identity` made. Raises Plain (404), ApiError (400)."""
    check_uuid("id", plan_id)
    plan = service().store.plan(plan_id, identity.org_id, identity.username)
    if plan is None:
        raise Plain(404)
    return plan


def check_uuid(name: str, value: str, location: str = "path") -> None:
    """Raises ApiError (400) where a value is no UUID, of whatever version."""
    if not UUID.fullmatch(value):
        raise invalid("format", 'must match format "uuid"', location, name)


def page(total: int) -> tuple[int, int]:
    """``limit`` and ``offset`` of this request. Raises ApiError (400)."""
    limit, offset = number("limit", 50, 1, 200), number("offset", 0, 0)
    if offset >= max(total, 1):
        raise ApiError(400, "INVALID_OFFSET", f"Requested starting offset {offset} out of range: [0, {total}]")
    return limit, offset


def number(name: str, default: int, least: int, most: int | None = None) -> int:
    """A query parameter. Raises ApiError (400)."""
    text = request.args.get(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,400}", text):
        raise invalid("type", "must be integer", "query", name)
    if int(text) < least:
        raise invalid("minimum", f"must be >= {least}", "query", name)
    if most is not None and int(text) > most:
        raise invalid("maximum", f"must be <= {most}", "query", name)
    return int(text)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """A query parameter of `allowed`, the first by default. Raises ApiError (400)."""
    value = request.args.get(name, allowed[0])
    if value not in allowed:
        raise invalid("enum", "must be equal to one of the allowed values", "query", name)
    return value
