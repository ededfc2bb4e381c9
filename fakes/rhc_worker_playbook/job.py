"""One dispatched playbook from metadata to the last upload (facts 3.3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from fakes.rhc_worker_playbook import event, playbook, request, runner, verification
from fakes.rhc_worker_playbook.config import Config
from fakes.rhc_worker_playbook.upload import Transmit, Uploads

log = logging.getLogger(__name__)


class Failure(Exception):
    """Why a run ends with ``executor_on_failed``: a code and details."""

    def __init__(self, code: str, details: str) -> None:
        super().__init__(code, details)
        self.code, self.details = code, details


class Jobs:
    """Runs playbooks, one at a time in the whole process (H-049)."""

    def __init__(self, config: Config, transmit: Transmit) -> None:
        self._config, self._transmit = config, transmit
        self._running = asyncio.Lock()

    async def handle(self, message_id: str, metadata: Mapping[str, str], content: bytes) -> None:
        """Raises BadRequest, then nothing was run nor uploaded; every other failure is reported in the uploads."""
        asked = request.read(message_id, metadata, self._config.response_interval)
        uploads = Uploads(self._transmit, asked, self._config.batch_events)
        try:
            uploads.add(event.started(asked.correlation_id))
            try:
                await self._alone(asked.correlation_id, content, uploads)
            except Failure as failure:
                log.error("%s: %s", failure.code, failure.details)
                uploads.add(event.failed(asked.correlation_id, failure.code, failure.details))
            await uploads.finish()
        finally:
            uploads.abandon()

    async def _alone(self, correlation_id: str, content: bytes, uploads: Uploads) -> None:
        if self._running.locked():
            raise Failure(event.ALREADY_RUNNING, "another playbook is already running")
        async with self._running:
            await self._execute(correlation_id, content, uploads)

    async def _execute(self, correlation_id: str, content: bytes, uploads: Uploads) -> None:
        def report(runner_event: dict[str, Any]) -> None:
            try:
                uploads.add(event.from_runner(runner_event, correlation_id))
            except TypeError as error:
                log.error("runner event dropped: %s", error)

        try:
            if self._config.verify_playbook:
                content = await verification.verify(content, self._config)
            await runner.run(correlation_id, playbook.prepare(content), report)
        except verification.VerificationFailed as error:
            raise Failure(event.SIGNATURE_INVALID, str(error)) from error
        except playbook.InvalidPlaybook as error:
            raise Failure(event.YAML_INVALID, str(error)) from error
        except runner.RunFailed as error:
            raise Failure(event.UNDEFINED_ERROR, f"cannot run playbook: err={error}") from error
