"""Loads of a sink that are killed at every point neither lose nor double a row: it holds all of a load, or nothing."""

from functools import partial

from benchmarks.torture.sinks import killed_loads
from harness.sink_ends import both_ends
from tests.support.origins import AFTER_STAGE
from wattlake.lake.sinks.description import Sink

TABLES = ["dim_zone", "fact_energy_balance_daily", "fact_energy_flow"]


def test_a_killed_load_leaves_the_old_state_or_the_new_one_and_the_next_catches_up(copied_lake, postgres_database):
    lake = copied_lake(AFTER_STAGE[1])
    lake.close()
    sink = {"name": "dwh", "kind": "postgres", "address": postgres_database, "tables": TABLES}
    came = killed_loads(lake.settings, sink, partial(_ends, Sink.model_validate(sink)), kills=6)
    assert (came.failures, came.missed) == ([], [])
    assert came.at == {"between two tables": 3, "before the commit": 1, "after it": 1, "at a random moment": 1}


def _ends(sink, lake):
    return both_ends(lake, sink)
