"""Settle the community's trades, and bring bills and sums up to date."""

from datetime import UTC, datetime

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.flows.build import build_all
from wattlake.lake.runs.record import Run
from wattlake.tasks.settle import settle_market


@flow(name="settle")
def settle(now_utc: datetime | None = None) -> str:
    """Settle and book what changed since the last settlement, and build the bills from it; says what was booked.

    Args:
        now_utc: the present; the clock's by default.
    """
    with recorded_run("settle") as run:
        run.message = settle_all(run, now_utc or datetime.now(UTC))
        return run.message


def settle_all(run: Run, now_utc: datetime) -> str:
    """Settle, and build what follows from the ledger, where something was booked."""
    rows, seconds, sentence = settle_market(run.run_id, now_utc)
    for table, count in rows.items():
        run.wrote(table, count, seconds / len(rows))
    if rows:
        build_all(run, now_utc)
    return sentence
