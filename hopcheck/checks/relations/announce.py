"""The announce: which part was taken, where it is routed, and what of its metadata is passed on."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.relations.collection import read_metadata
from hopcheck.checks.relations.staging import object_content, routing, whole_puts
from hopcheck.checks.uploads import same_bytes

# What Ingress keeps of the metadata part (connector facts B6); it sets reporter and stale_timestamp itself.
KEPT = (
    "ip_addresses",
    "account",
    "org_id",
    "insights_id",
    "machine_id",
    "subscription_manager_id",
    "mac_addresses",
    "fqdn",
    "bios_uuid",
    "display_name",
    "ansible_host",
    "custom_metadata",
    "queue_key",
)


@clause("ING-03")
def the_file_part_is_taken(told: Told) -> Judged:
    """What is stored of an upload is its part file, else its part upload; without either nothing is accepted."""
    for upload in told.attribution.uploads.by_key.values():
        part = upload.file
        if part is None:
            # Neither is what a mere test lacks too: its 200 tells nothing.
            if upload.post.status == 400:
                yield seen(*upload.post.events)
            elif upload.post.status in (201, 202):
                yield Violation(upload.post.answered, "400 without a part file or upload", str(upload.post.status))
            continue
        for put in whole_puts(upload):
            if (content := object_content(put.asked)) is None:
                continue
            yield seen(upload.post.asked, put.asked)
            if not same_bytes(part, put.asked) and content != part.data:
                yield Violation(
                    put.asked, f"the part {part.name}, {len(part.data)} bytes", f"{len(content)} other bytes"
                )


@clause("ING-05")
def routing_is_the_content_types(told: Told) -> Judged:
    """The announce's service and category are those that the part's content type stands for."""
    for upload in told.attribution.uploads.by_key.values():
        asked = routing(upload)
        for record in upload.announces if upload.file is not None else ():
            yield seen(upload.post.asked, record)
            if (got := (member(body(record), "service"), member(body(record), "category"))) != asked:
                yield Violation(record, f"service {asked[0]}, category {asked[1]}", f"{got[0]}, {got[1]}")


@clause("ING-13")
def metadata_is_passed_on(told: Told) -> Judged:
    """Metadata that can be read comes back in the announce, its reporter ingress."""
    for upload in told.attribution.uploads.by_key.values():
        if (metadata := read_metadata(upload)) is None:
            continue
        asked = {name: metadata[name] for name in KEPT if metadata.get(name)} | {"reporter": "ingress"}
        for record in upload.announces:
            yield seen(upload.post.asked, record)
            got = {name: member(body(record), "metadata", name) for name in asked}
            if got != asked:
                yield Violation(record, f"metadata {asked}", str(got))
