"""Settle the community's trades and book them."""

from datetime import datetime
from time import perf_counter

from prefect import task

from wattlake.lake.market.ledger import Booked
from wattlake.lake.market.settlement import settle
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.progress import show_progress


@task(name="settle")
def settle_market(run_id: str, now_utc: datetime) -> tuple[dict[str, int], float, str]:
    """Settle what changed since the last time; gives rows by table, seconds, and what was booked."""
    started, rows, booked = perf_counter(), dict[str, int](), Booked()
    for step in show_progress(settle(Lake(Settings()), now_utc, run_id), "settle"):
        booked += step.booked
        rows |= {table: rows.get(table, 0) + count for table, count in step.rows.items()}
    return rows, perf_counter() - started, str(booked)
