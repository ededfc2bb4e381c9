"""report.json, written and read back."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from hashlib import sha256
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson

from hopcheck.conform.model import Report


class NotAReport(ValueError):
    """A report.json that is none; the text says where and why."""


def encoded(report: Report) -> bytes:
    """report.json: keys sorted, indented; equal reports give equal bytes."""
    return pretty(report.as_dict())


def digest(report: Report) -> str:
    """SHA-256 of the result section as JSON without spaces, keys sorted; hexadecimal."""
    return sha256(canonical(report.result())).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON in UTF-8 without spaces, keys sorted."""
    return orjson.dumps(_text(value), option=orjson.OPT_SORT_KEYS)


def pretty(value: Any) -> bytes:
    """JSON in UTF-8 for people, keys sorted."""
    return orjson.dumps(_text(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def decoded(data: bytes) -> Report:
    """Read back what `encoded` wrote. Raises `NotAReport` where a field is missing, unknown or of another type, or the
    verdict or the counts do not follow from the clauses.
    """
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotAReport(f"not JSON: {error}") from None
    result = tree.get("result") if isinstance(tree, dict) else None
    if not isinstance(result, dict):
        raise NotAReport("no report of `hopcheck conform`: it has no result section")
    told = {name: result.get(name) for name in ("verdict", "counts")}
    flat = {name: value for name, value in tree.items() if name != "result"}
    flat |= {name: value for name, value in result.items() if name not in told}
    report = _made(Report, flat, "report")
    assert isinstance(report, Report)
    if told != {"verdict": report.verdict, "counts": report.counts}:
        raise NotAReport("verdict and counts do not follow from the clauses and failures")
    return report


def _made(kind: Any, value: Any, where: str) -> Any:
    """``value`` as ``kind``, which is a dataclass of the model or the type of one of its fields."""
    if is_dataclass(kind):
        return _record(kind, value, where)
    origin, of = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(value, list):
        return tuple(_made(of[0], each, f"{where}[{n}]") for n, each in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {name: _made(of[1], each, f"{where}.{name}") for name, each in value.items()}
    if origin in (Union, types.UnionType):
        return None if value is None else _made(next(each for each in of if each is not type(None)), value, where)
    if (origin is Literal and value in of) or (isinstance(kind, type) and type(value) is kind):
        return value
    raise NotAReport(f"{where}: {str(value)!r:.80} is not of the type it should have")


def _record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise NotAReport(f"{where}: no object")
    hints = get_type_hints(kind)
    # One that has a default is only written where it is another.
    names = [each.name for each in fields(kind) if each.default is MISSING or each.name in value]
    if wrong := sorted(set(names) ^ set(value)):
        raise NotAReport(f"{where}: fields are missing or unknown: {', '.join(wrong)!r:.200}")
    return kind(**{name: _made(hints[name], value[name], f"{where}.{name}") for name in names})


def _text(value: Any) -> Any:
    """With escapes for what UTF-8 cannot hold: arguments and file names may hold lone surrogates."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_text(name): _text(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text(each) for each in value]
    return value
