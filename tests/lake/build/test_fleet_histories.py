"""Incremental equals full for the solar fleet: random histories of its files, built after each step and at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings

from tests.lake.build.test_histories import compare
from tests.support.fleet_histories import fleet_histories
from tests.support.lake_histories import History
from wattlake.lake.store.lake import Lake

HISTORIES = max(int(os.environ.get("WATTLAKE_TORTURE_HISTORIES", "10")) // 10, 1)
FIRST_SEED = int(os.environ.get("WATTLAKE_TORTURE_SEED", "0"))


@pytest.mark.long
@pytest.mark.timeout(900)  # Seconds, most of them for making a history that fails smaller.
@pytest.mark.parametrize("number", range(FIRST_SEED, FIRST_SEED + HISTORIES))
def test_a_fleet_built_after_each_step_equals_one_built_at_once(
    number: int, one_year_lake: Callable[..., Lake], tmp_path: Path
):
    @seed(number)
    @settings(max_examples=1, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=fleet_histories(most_steps=2))
    def both_ways_end_alike(history: History) -> None:
        assume(history.steps[-1] != history.steps[-2])  # The first that is tried is always the simplest there is.
        compare(history, one_year_lake, tmp_path / "history", also_in_place=number % 2 == 0)

    both_ways_end_alike()
