"""certificate.json: what was tested, with what, from which traces, and what came of it, so that others can check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from hopcheck.conform.chain import chain
from hopcheck.conform.model import Report
from hopcheck.conform.signature import PrivateKey, PublicKey, public_key, sign, wrong
from hopcheck.conform.stored import NotAReport, canonical, decoded, digest, pretty
from hopcheck.suggestion import no_path, unreadable

NAME = "certificate.json"
FORMAT = "hopcheck conformance certificate 1"
UNSIGNED = "nobody signed this certificate: it shows that nothing was changed, not who made it"
_PART = re.compile(r"part-[0-9]{1,6}")
_FILES = re.compile(r"[a-z]+\.(json|xml|html|svg)")


def certificate(report: Report, files: Mapping[str, bytes], key: PrivateKey | None) -> bytes:
    """The certificate over a report and the files made of it, by name; ``signature`` is None without a key.

    What is signed is the ``certified`` section as JSON without spaces, keys sorted.
    """
    certified = body(report, files)
    signature = None if key is None else sign(key, canonical(certified))
    note = {} if key else {"note": UNSIGNED}
    return pretty({"format": FORMAT, "certified": certified, "signature": signature, **note})


def body(report: Report, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The section that is signed. No times in it: of one trace it is made the same again."""
    return {
        "role": report.role,
        "kit": report.kit,
        "contracts": report.contracts,
        "component": asdict(report.component),
        "runtime": report.runtime,
        "seeds": list(report.seeds),
        "capabilities": list(report.capabilities),
        "only": list(report.only),
        "command": report.command,
        "parts": [asdict(part) for part in report.parts],
        "result": {"sha256": digest(report), "verdict": report.verdict, "counts": report.counts},
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }


class NoCertificate(ValueError):
    """A directory without a certificate that can be read."""


def load(directory: Path) -> dict[str, Any]:
    """The certificate of a report. Raises `NoCertificate`."""
    file = directory / NAME
    try:
        tree = orjson.loads(file.read_bytes())
    except OSError as error:
        if directory.is_dir() and isinstance(error, FileNotFoundError):
            raise NoCertificate(f"{directory} is no report of `hopcheck conform`: it has no {NAME}") from None
        raise NoCertificate(no_path(directory) if not directory.exists() else unreadable(error)) from None
    except orjson.JSONDecodeError as error:
        raise NoCertificate(f"{file}: not JSON: {error}") from None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT or not isinstance(tree.get("certified"), dict):
        raise NoCertificate(f"{file}: no {FORMAT!r}")
    return tree


def verify(directory: Path, public: Path | None) -> list[str]:
    """What is wrong with a report and its certificate, a sentence each; empty where all is well.

    With a public key it must be signed with that one; without, a signature must fit the key inside. Raises
    `NoCertificate`, and `UnusableKey` for a public key that is none.
    """
    tree = load(directory)
    trusted = None if public is None else public_key(public)
    certified: dict[str, Any] = tree["certified"]
    return [
        *_signature(tree.get("signature"), certified, trusted),
        *_report(directory, certified),
        *_files(directory, certified),
        *_traces(directory, certified),
    ]


def _signature(signature: Any, certified: Mapping[str, Any], trusted: PublicKey | None) -> Iterator[str]:
    if signature is None and trusted is not None:
        yield f"{NAME}: not signed"
    elif signature is not None and not isinstance(signature, dict):
        yield f"{NAME}: the signature cannot be read"
    elif signature is not None and (reason := wrong(signature, canonical(certified), trusted)):
        yield f"{NAME}: {reason}"


def _report(directory: Path, certified: Mapping[str, Any]) -> Iterator[str]:
    try:
        report = decoded((directory / "report.json").read_bytes())
    except OSError as error:
        yield f"report.json: {error.strerror}"
        return
    except NotAReport as error:
        yield f"report.json: {error}"
        return
    for name, value in body(report, {}).items():
        if name != "files" and canonical(value) != canonical(certified.get(name)):
            yield f"report.json: its {name} is not the certified one"


def _files(directory: Path, certified: Mapping[str, Any]) -> Iterator[str]:
    files = certified.get("files")
    if not isinstance(files, dict) or not files:
        yield f"{NAME}: no files are certified"
        return
    for name, certified_digest in files.items():
        if not _FILES.fullmatch(name):
            yield f"{NAME}: not the name of a report's file: {name!r:.80}"
            continue
        try:
            content = (directory / name).read_bytes()
        except OSError as error:
            yield f"{name}: {error.strerror}"
            continue
        if sha256(content).hexdigest() != certified_digest:
            yield f"{name}: changed after it was certified"


def _traces(directory: Path, certified: Mapping[str, Any]) -> Iterator[str]:
    parts = certified.get("parts")
    if not isinstance(parts, list) or not parts:
        yield f"{NAME}: no traces are certified"
        return
    for part in parts:
        name = part.get("directory") if isinstance(part, dict) else None
        if not isinstance(name, str) or not _PART.fullmatch(name):
            yield f"{NAME}: not the directory of a part: {name!r:.80}"
            continue
        yield from _trace(directory / name / "trace.jsonl", f"part {part.get('number')}: {name}/trace.jsonl", part)


def _trace(trace: Path, where: str, part: Mapping[str, Any]) -> Iterator[str]:
    try:
        end = chain(trace)
    except FileNotFoundError as error:
        yield f"{where}: there is no {Path(error.filename).name}"
        return
    except (OSError, ValueError) as error:
        yield f"{where}: {error}"
        return
    if end != part.get("chain"):
        with trace.open("rb") as file:
            lines = sum(1 for _ in file)
        count = "" if lines == part.get("events") else f"; it has {lines} lines, certified are {part.get('events')}"
        yield f"{where}: changed after it was certified, or a payload file beside it: another hash chain{count}"
