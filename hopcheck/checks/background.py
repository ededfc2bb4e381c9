"""Rule 13: what is no arrow must belong to a declared class; everything else is unmapped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from hopcheck.checks.attribution import Attribution
from hopcheck.checks.contracts.http import KIT
from hopcheck.checks.generated import mark
from hopcheck.checks.history import History, body, member
from hopcheck.checks.hops import Background
from hopcheck.checks.uploads import object_key
from hopcheck.trace import Event


def unmapped(history: History, attribution: Attribution, mapped: Iterable[int]) -> Iterator[Event]:
    """Events that are neither in ``mapped``, nor background, nor the answer to one that is; and torn exchanges."""
    classes = Classes(history, attribution)
    known = set(mapped)
    for event in history.trace:
        if event.protocol == "kit" or (event.seq in known and not history.torn(event)):
            continue
        question = history.question(event)
        if history.torn(event):
            yield event
        elif (question is not None and question.seq in known) or classes.of(event) is not None:
            known.add(event.seq)
        else:
            yield event


class Classes:
    """The declared background classes, with what they need to know of the runs."""

    def __init__(self, history: History, attribution: Attribution) -> None:
        self._history = history
        self._served = attribution.served
        self._disturbed = attribution.disturbed
        arrived, left = ([event.seq for event in history.kit(op)] for op in ("visit", "left"))
        self._cases = list(_after_cases(history))
        self._visits = [(start, min((end for end in left if end > start), default=start)) for start in arrived]
        # Some generated requests are none of HTTP; what answers them comes all the same.
        generated = history.trace if history.kit("generated") else ()
        self._malformed = {e.exchange for e in generated if e.op == "refused" and e.source == KIT}
        self._errands = {upload.post.asked.seq for upload in attribution.errands}
        self._tarballs = {upload.key for upload in attribution.tarballs}

    def of(self, event: Event) -> Background | None:
        """The first class that takes an event."""
        name = self._history.name(event)
        return next(
            (
                each
                for each in self._history.hops.background
                if each.hop.takes(name, event) and self._limits(each, event)
            ),
            None,
        )

    def _limits(self, each: Background, event: Event) -> bool:
        if each.fault and not self._disturbed(event.host):
            return False
        if each.within:
            asker = self._served.get(event.seq)
            return asker is not None and self._history.name(asker) in each.within
        if each.of == "errand":
            return event.seq in self._errands
        if each.of == "generated":
            return mark(event) is not None or event.exchange in self._malformed
        if each.of == "visit":
            return any(start < event.seq < end for start, end in self._visits)
        if each.of == "case":
            return any(start < event.seq < end for start, end in self._cases)
        if each.of == "tarball":
            key = str(member(body(event), "request_id")) if event.protocol == "kafka" else object_key(event)
            return key in self._tarballs
        return True


def _after_cases(history: History) -> Iterator[tuple[int, int]]:
    """From each case on, until the next plan is executed."""
    plans = [event.seq for event in history.kit("expect")]
    for case in history.kit("case"):
        yield case.seq, min((plan for plan in plans if plan > case.seq), default=sys.maxsize)
