"""Incremental equals full: random histories, built after each step, against the same inputs built at once.

The tables of a project's own, a model of each kind, are among them.

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

from harness.lake_steps import build_all, hashes_of
from harness.short_calendar import calendar_of_one_year
from tests.support.lake_histories import (
    FIRST_FETCH,
    Entry,
    History,
    PriceFile,
    Prices,
    Readings,
    Station,
    Step,
    Weather,
    histories,
)
from tests.support.own_models import OF_EVERY_KIND
from tests.support.planned_builds import build_as_planned
from tests.support.project_folder import project_folder
from wattlake.lake.build import plan, steps
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.build.run import build
from wattlake.lake.contracts import contracts
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

HISTORIES = int(os.environ.get("WATTLAKE_TORTURE_HISTORIES", "1"))
IS_TORTURE = HISTORIES > 2
MOST_STEPS = 7 if IS_TORTURE else 3
FIRST_SEED = int(os.environ.get("WATTLAKE_TORTURE_SEED", "0"))
DERIVED = ("silver.", "quarantine.", "gold.", "warehouse.", "star.")


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
        found = compare(history, one_year_lake, tmp_path / "history", also_in_place=IS_TORTURE or number % 2 == 0)
        assert found["gold.own_week_daily"][0] != "0", "the project has no rows"

    both_ways_end_alike()


def compare(
    history: History, one_year_lake: Callable[..., Lake], folder: Path, also_in_place: bool = True
) -> dict[str, str]:
    """Build a lake after each step of a history, and hold it to one that was built at once, or also to itself.

    Gives what the tables hold in the end, a project's own among them.
    """
    grown = one_year_lake(folder / "grown", slot_minutes=history.slot_minutes)
    at_once = one_year_lake(folder / "at_once", slot_minutes=history.slot_minutes)
    try:
        with project_folder(folder / "project", OF_EVERY_KIND), calendar_of_one_year():
            grown.create()
            at_once.create()
            return compare_within_project(history, grown, at_once, folder, also_in_place)
    finally:
        grown.close()
        at_once.close()
        shutil.rmtree(folder)


def compare_within_project(
    history: History, grown: Lake, at_once: Lake, folder: Path, also_in_place: bool
) -> dict[str, str]:
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
    return found


@pytest.mark.long
def test_prices_and_weather_of_files_come_before_and_behind_those_of_services(
    one_year_lake: Callable[..., Lake], tmp_path: Path
):
    begin = (
        Entry("anna", "north", 0, "MAC1", panel_kwp=4),
        Readings(("MAC1",), 0, 4, 120, (0, 5)),
        PriceFile(1, 2, 15, 40),
        Weather("north", 0, 3, 300),
        Station("north", 1, 2, 10, 500),
    )
    later = (
        Prices(0, 4, 60, 10),
        PriceFile(2, 1, 60, 70),
        Station("north", 0, 2, 60, 200),
        Weather("north", 1, 2, 800),
    )
    history = History(30, 500, 3, (Step(begin), Step(later[:2], is_stopped=True), Step(later[2:])))
    compare(history, one_year_lake, tmp_path / "history", also_in_place=IS_TORTURE)


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
    return hashes_of(lake, [name for name in contracts() if name.startswith(DERIVED)])


def differing(found: dict[str, str], expected: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The tables whose content is not the expected: found and expected hash."""
    return {table: (found[table], expected[table]) for table in found if found[table] != expected[table]}
