"""The pytest plugin: one topology a session, features collected anywhere, a verdict at the end."""

from __future__ import annotations

import os
import re
import sys
import types
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hopcheck import options
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.config.arguments import PYTEST_DEFAULTS, PYTEST_GROUPS, PYTEST_PREFIX, gathered
from hopcheck.config.layers import resolve
from hopcheck.config.table import of_groups
from hopcheck.exit_status import HARNESS_ERROR
from hopcheck.feature import flaws
from hopcheck.giving_up import end
from hopcheck.home import CONTRACTS, CONTRACTS_VARIABLE, not_taken
from hopcheck.life.called import called
from hopcheck.reconcile import Row, reconcile
from hopcheck.report import write_report
from hopcheck.selection import tags
from hopcheck.topology.asker import FILE
from hopcheck.topology.choice import choose
from hopcheck.topology.host import Runtime
from hopcheck.topology.process import StartError
from hopcheck.topology.room import REPORT, told
from hopcheck.topology.settings import ROLES, Settings
from hopcheck.topology.stage import Stage

STEPS = (
    "steps.world",
    "steps.flow",
    "steps.remediations_ui",
    "steps.host",
    "steps.machine",
    "steps.visitor",
    "steps.case",
    "steps.messages",
)
# Their sentences are about hosts that are machines.
MACHINE_STEPS = ("steps.machine", "steps.visitor")
pytest_plugins = ["hopcheck.suite", "hopcheck.live.session", "hopcheck.ending", *STEPS]

STAGE = pytest.StashKey[Stage]()
RUNTIME = pytest.StashKey[Runtime]()
JUDGE = pytest.StashKey[Judge]()
VERDICT = pytest.StashKey[Verdict]()
ROWS = pytest.StashKey[list[Row]]()
KEPT = pytest.StashKey[str]()
"""The name of a run whose hosts were kept."""
# The runtime whose hosts are machines, and the tag of what needs them.
MACHINES = "containers"


def pytest_configure(config: pytest.Config) -> None:
    """Every tag of every feature is a known marker, so that a misspelt one in Python still is not.

    Raises `pytest.UsageError` where an option of the run is wrong, before anything starts.
    """
    settings_of(config)
    if asked := not_taken():
        raise pytest.UsageError(f"{CONTRACTS_VARIABLE}={asked} is no directory here; only `hopcheck` takes a revision")
    for tag in sorted(tags(config.args or ["."])):
        config.addinivalue_line("markers", f"{tag}: a feature's tag")


class FeatureFile(pytest.Module):
    """A .feature file as a test module of its own, wherever it lies. One with `flaws` is an error, not a pass."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Its scenarios, unless some are not what they look like."""
        if found := flaws(self.path):
            raise self.CollectError("\n".join(found))
        return super().collect()

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(re.sub(r"\W", "_", self.path.stem))
        module.__file__ = str(self.path)
        source = f"from pytest_bdd import scenarios\nscenarios({str(self.path)!r})\n"
        exec(compile(source, str(self.path), "exec"), module.__dict__)
        return module


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """Features need no Python beside them."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


def settings_of(config: pytest.Config) -> Settings:
    """The run's settings. Raises `pytest.UsageError`."""
    try:
        found = _values(config)
        chosen = options.settings(found.__getitem__)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    return replace(chosen, reconcile=found["reconcile"], keep=found["keep"])


def _values(config: pytest.Config) -> Mapping[str, Any]:
    """Command line, environment and hopcheck.toml. Raises `ConfigError`."""
    line = {option.name: config.getoption(f"--{PYTEST_PREFIX}{option.name}") for option in of_groups(PYTEST_GROUPS)}
    return resolve(gathered(line), config=config.getoption(f"--{PYTEST_PREFIX}config"), defaults=PYTEST_DEFAULTS).values


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is played meanwhile is played for this one."""
    os.environ[FILE] = str(item.path)
    try:
        return (yield)
    finally:
        os.environ.pop(FILE, None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the runtime, once it is known what is to be run; what needs machines is left out, and told, without them.

    Ends the session where the runtime asked for cannot be had.
    """
    if not any(isinstance(item.parent, FeatureFile) for item in items):
        return
    if _runtime(config).name == MACHINES:
        return
    away = [item for item in items if item.get_closest_marker(MACHINES)]
    if away:
        _progress(f"left out: {len(away)} scenarios that need hosts to be machines: --runtime containers")
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]


def _runtime(config: pytest.Config) -> Runtime:
    """The run's, chosen once. Ends the session where what was asked for cannot be had."""
    if RUNTIME not in config.stash:
        settings = settings_of(config)
        try:
            chosen = choose(_values(config)["runtime"], settings, _progress)
        except StartError as error:
            end(f"cannot start: {error}", HARNESS_ERROR)
        config.stash[RUNTIME] = chosen.runtime
        _progress(f"runtime {chosen.runtime.name} ({chosen.why}); report in {settings.report}/")
    return config.stash[RUNTIME]


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Stage:
    """The topology of the session, up and watched until the session finishes and its verdict has been given.

    Ends the session where it cannot be had.
    """
    config = request.config
    try:
        config.stash[JUDGE] = Judge(CONTRACTS)
        made = Stage(settings_of(config), _progress, _runtime(config))
    except (OSError, StartError, ValueError) as error:
        end(f"cannot start: {error}", HARNESS_ERROR)
    config.stash[STAGE] = made
    values = _values(config)
    if values["live"]:
        from hopcheck.live.session import show

        show(config, made.topology, values["live-port"], _progress)
    try:
        made.open()
    except StartError as error:
        # A role that does not get ready has failed; anything else that does not is the kit's own trouble.
        status = int(pytest.ExitCode.TESTS_FAILED) if error.role in ROLES else HARNESS_ERROR
        end(f"could not bring the flow up: {error}", status)
    return made


def _progress(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.__stderr__, flush=True)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """End the session where nothing more can be recorded: whatever else was played would prove nothing."""
    stage = item.config.stash.get(STAGE, None)
    if stage is not None and stage.trace.lost:
        end(f"cannot go on: {stage.trace.lost}", HARNESS_ERROR)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take the topology down, judge what was seen, write the report; the verdict decides the exit status."""
    stage = session.config.stash.get(STAGE, None)
    if stage is None:
        return
    settings = stage.topology.settings
    try:
        stage.settle()
        if stage.trace.lost:
            session.exitstatus = HARNESS_ERROR
        finished = stage.up and session.exitstatus not in (pytest.ExitCode.INTERRUPTED, HARNESS_ERROR)
        verdict = session.config.stash[JUDGE].judge(stage.trace) if finished else None
        passed = session.exitstatus == pytest.ExitCode.OK and verdict is not None and verdict.verdict == "pass"
        if settings.keep and not passed:
            stage.keep()
            run = stage.topology.directory.name
            kit = called()
            session.config.stash[KEPT] = run
            _progress(f"kept {run}: {kit} shell HOST, {kit} logs HOST; {kit} down {run} removes it")
    finally:
        stage.close()
    if verdict is None:
        if stage.trace.lost:
            _progress(f"{stage.trace.lost}; make room, or give another one: {REPORT}")
        _progress(f"the trace so far is in {stage.trace.path}")
        return
    if settings.reconcile:
        rows = reconcile(
            stage.trace, settings.report / "logs", stage.topology.kafka.counts, stage.topology.hosts.bus_counts
        )
        session.config.stash[ROWS] = rows
        verdict = replace(
            verdict,
            findings=(
                *verdict.findings,
                *(
                    Finding("harness", f"{row.other} {row.what} as {row.source} counts", f"{row.kit} in the trace")
                    for row in rows
                    if not row.agrees
                ),
            ),
        )
    session.config.stash[VERDICT] = verdict
    try:
        write_report(verdict, stage.trace, settings.report, CONTRACTS)
    except OSError as error:
        # A verdict whose report nobody can read would send its readers to an earlier one's.
        del session.config.stash[VERDICT]
        session.exitstatus = HARNESS_ERROR
        _progress(f"the report cannot be written: {told(error)}")
        return
    if verdict.verdict == "error":
        session.exitstatus = HARNESS_ERROR
    elif verdict.verdict != "pass" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
