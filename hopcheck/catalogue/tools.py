"""The ecosystem's own readers of the contracts' formats, which must accept what we wrote."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hopcheck.checks.contracts.documents import load_yaml


@dataclass(frozen=True, slots=True)
class Tool:
    """A reader: its package, the files that it reads, and what it says against one of them (nothing: accepted)."""

    package: str
    format: str
    patterns: tuple[str, ...]
    refuses: Callable[[Path], Iterator[str]]

    @property
    def name(self) -> str:
        """Package and version."""
        return f"{self.package} {version(self.package)}"


def tool_problems(tool: Tool, directory: Path) -> Iterator[tuple[str, str]]:
    """File and cause of everything that a tool refuses in a directory of contracts."""
    for path in tool_files(tool, directory):
        for cause in tool.refuses(path):
            yield path.relative_to(directory).as_posix(), f"{tool.name}: {cause}"


def tool_files(tool: Tool, directory: Path) -> list[Path]:
    """The files of a directory that a tool reads."""
    return sorted(path for pattern in tool.patterns for path in directory.glob(pattern))


def _openapi(path: Path) -> Iterator[str]:
    from openapi_spec_validator import OpenAPIV31SpecValidator
    from openapi_spec_validator.readers import read_from_filename

    spec, base = read_from_filename(str(path))
    for error in OpenAPIV31SpecValidator(spec, base_uri=base).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def _asyncapi(path: Path) -> Iterator[str]:
    from pydantic import ValidationError

    with warnings.catch_warnings():
        # Of field names that its own models share with their base.
        warnings.simplefilter("ignore", UserWarning)
        from asyncapi3 import AsyncAPI3

    try:
        AsyncAPI3.model_validate(load_yaml(path.read_bytes()))
    except ValidationError as errors:
        for error in errors.errors():
            yield f"{'/'.join(map(str, error['loc']))}: {error['msg']}"


def _json_schema(path: Path) -> Iterator[str]:
    import jsonschema_rs

    try:
        jsonschema_rs.meta.validate(load_yaml(path.read_bytes()))
    except jsonschema_rs.ValidationError as error:
        yield f"{'/'.join(map(str, error.instance_path))}: {error.message}"


def _introspection(path: Path) -> Iterator[str]:
    from dbus_fast import InvalidIntrospectionError
    from dbus_fast.introspection import Node

    try:
        Node.parse(path.read_text())
    except (InvalidIntrospectionError, SyntaxError, ValueError) as error:
        yield str(error)


TOOLS: tuple[Tool, ...] = (
    Tool("openapi-spec-validator", "OpenAPI 3.1", ("openapi/*.yaml", "s3.yaml"), _openapi),
    Tool("asyncapi3", "AsyncAPI 3.0", ("asyncapi/*.yaml",), _asyncapi),
    Tool("jsonschema-rs", "JSON Schema 2020-12", ("schemas/*.yaml",), _json_schema),
    Tool("dbus-fast", "D-Bus introspection XML", ("dbus/*.xml",), _introspection),
)


def accepted(directory: Path) -> dict[str, Any]:
    """The tools' names and versions with the number of files each was given."""
    return {f"{tool.format}: {tool.name}": len(tool_files(tool, directory)) for tool in TOOLS}
