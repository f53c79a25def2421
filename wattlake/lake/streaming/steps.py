"""The SELECTs of ``sql/steps/stream``, each kept in a temporary table."""

from functools import cache

from wattlake.lake.contracts.gold.live import WINDOW_MINUTES
from wattlake.lake.contracts.sources.meter_events import MOST_PERIOD_SECONDS
from wattlake.lake.models.parameters import fill_in
from wattlake.lake.models.steps import step_of
from wattlake.lake.sql import Connection, materialized

MOST_HELD_SECONDS = 900
"""A quarter-hour without a word from a meter, and nobody knows what it measured between."""

PARAMETERS = {
    "window_ms": WINDOW_MINUTES * 60_000,
    "most_held_ms": MOST_HELD_SECONDS * 1000,
    "most_period_seconds": MOST_PERIOD_SECONDS,
}


@cache
def step_sql(name: str) -> str:
    """Read the SELECT of a step, with its parameters filled in."""
    return fill_in(step_of("stream", name), PARAMETERS)


def run_step(connection: Connection, name: str) -> str:
    """Keep the rows of a step in a temporary table by its name."""
    return materialized(connection, name, step_sql(name))
