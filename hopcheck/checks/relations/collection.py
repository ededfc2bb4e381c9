"""The collection: what insights-client sends and what it takes for success."""

from __future__ import annotations

import orjson

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.uploads import Upload

ACCEPTED = (200, 202)


@clause("H-070")
def exit_tells_the_upload(told: Told) -> Judged:
    """insights-client exits 0 exactly where its last upload was answered 200 or 202."""
    for instance in told.attribution.instances:
        for each in instance.collections:
            sent = [t for t in instance.tarballs if each.holds(t.post.asked)]
            if each.answered is None or not sent or sent[-1].post.status is None:
                continue
            yield seen(each.answered, sent[-1].post.answered)
            good = sent[-1].post.status in ACCEPTED
            if good != (each.status == 0):
                yield Violation(
                    each.answered,
                    "exit status 0" if good else "an exit status other than 0",
                    f"{each.status} after {sent[-1].post.status}",
                )


@clause("H-071")
def metadata_names_the_machine(told: Told) -> Judged:
    """insights_id in the metadata is the machine id, which the host's canonical facts bear as well."""
    for instance in told.attribution.instances:
        facts = [
            member(body(e), "content", "canonical_facts", "insights_id")
            for session in instance.sessions
            for e in session.online
        ]
        known = [each for each in facts if isinstance(each, str) and each]
        for tarball in instance.tarballs if known else ():
            if (metadata := read_metadata(tarball)) is None:
                continue
            yield seen(tarball.post.asked)
            if (got := metadata.get("insights_id")) != known[-1]:
                yield Violation(tarball.post.asked, f"insights_id {known[-1]}", str(got))


def read_metadata(upload: Upload) -> dict[str, object] | None:
    """The upload's metadata part, None where it has none that is a JSON object."""
    if upload.metadata is None:
        return None
    try:
        value = orjson.loads(upload.metadata.data)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
