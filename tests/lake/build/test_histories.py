"""Incremental equals full: random histories, built after each step, against the same inputs built at once.

One history; ``WATTLAKE_TORTURE_HISTORIES=300`` asks for more, ``WATTLAKE_TORTURE_SEED=1000`` for others. The same
seed makes the same history. One that fails is made as small as it goes and printed, step by step.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings

from harness.lake_steps import build_all
from tests.support.lake_histories import FIRST_FETCH, History, histories
from tests.support.planned_builds import build_as_planned
from wattlake.lake.build import plan, steps
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.build.run import build
from wattlake.lake.contracts import contracts
from wattlake.lake.reports.status import content_hash
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

HISTORIES = int(os.environ.get("WATTLAKE_TORTURE_HISTORIES", "1"))
IS_TORTURE = HISTORIES > 2
MOST_STEPS = 7 if IS_TORTURE else 3
FIRST_SEED = int(os.environ.get("WATTLAKE_TORTURE_SEED", "0"))
DERIVED = [name for name in contracts() if name.startswith(("silver.", "quarantine.", "gold.", "warehouse."))]


@pytest.mark.timeout(900)  # Seconds, most of them for making a history that fails smaller.
@pytest.mark.parametrize("number", range(FIRST_SEED, FIRST_SEED + HISTORIES))
def test_building_after_each_step_equals_building_everything_at_once(
    number: int, one_year_lake: Callable[..., Lake], tmp_path: Path
):
    @seed(number)
    @settings(max_examples=1, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=histories(MOST_STEPS))
    def both_ways_end_alike(history: History) -> None:
        assume(len(history.steps) > 2)  # The first that is tried is always the simplest there is.
        compare(history, one_year_lake, tmp_path / "history", also_in_place=IS_TORTURE or number % 2 == 0)

    both_ways_end_alike()


def compare(history: History, one_year_lake: Callable[..., Lake], folder: Path, also_in_place: bool = True) -> None:
    """Build a lake after each step of a history, and hold it to one that was built at once, or also to itself."""
    grown = one_year_lake(folder / "grown", slot_minutes=history.slot_minutes)
    at_once = one_year_lake(folder / "at_once", slot_minutes=history.slot_minutes)
    try:
        with small_transactions(history):
            for number in range(len(history.steps)):
                history.land(number, grown, folder)
                build_step(grown, history, number)
            build_to_the_end(grown)
        found = content(grown)
        if also_in_place:
            grown.write(forget_progress)
            build_as_planned(grown, "full")
            assert differing(found, content(grown)) == {}, "a full rebuild of the same lake differs"
        for number in range(len(history.steps)):
            history.land(number, at_once, folder)
        build_as_planned(at_once, "at once")
        assert differing(found, content(at_once)) == {}, "a lake that was built once differs"
    finally:
        grown.close()
        at_once.close()
        shutil.rmtree(folder)


@contextmanager
def small_transactions(history: History) -> Iterator[None]:
    """Builds that do as much in one transaction as the history says."""
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(steps, "READINGS_AT_ONCE", history.readings_at_once)
        limits.setattr(plan, "DAYS_AT_ONCE", history.days_at_once)
        limits.setattr(plan, "READINGS_OF_A_CHUNK", 1)
        yield


def build_step(lake: Lake, history: History, number: int) -> None:
    """Build after a step: to the end, as was planned, or only the first transaction, as of a process that is killed."""
    if history.steps[number].is_stopped:
        next(build(lake, producers(), f"stopped-{number}", FIRST_FETCH), None)
    else:
        build_to_the_end(lake, f"step-{number}")


def build_to_the_end(lake: Lake, build_id: str = "end") -> None:
    """Build everything, as was planned; building again writes no data file and no snapshot."""
    build_as_planned(lake, build_id)
    state = (lake.snapshot_id(), Storage(lake.settings).names())
    assert build_all(lake, "nothing new") == []
    assert (lake.snapshot_id(), Storage(lake.settings).names()) == state, "nothing was new"


def content(lake: Lake) -> dict[str, str]:
    """The content of every derived table."""
    reader = lake.reader()
    return {table: content_hash(reader, table) for table in DERIVED}


def differing(found: dict[str, str], expected: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The tables whose content is not the expected: found and expected hash."""
    return {table: (found[table], expected[table]) for table in DERIVED if found[table] != expected[table]}
