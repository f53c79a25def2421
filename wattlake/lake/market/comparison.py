"""Compare the mechanisms on the same slots, and store the results."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from wattlake.lake.build.gold import on_days, stretches
from wattlake.lake.contracts import listed
from wattlake.lake.market.clearing import MECHANISMS, Window, clear, parts, prepare
from wattlake.lake.market.steps import step_sql
from wattlake.lake.market.terms import terms_of
from wattlake.lake.models.graph import fill_in
from wattlake.lake.models.rewriting import reading_from
from wattlake.lake.quality import Days, GateError, check, failed
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

TABLE = "gold.market_comparison"


@dataclass(frozen=True)
class Step:
    """The progress of a comparison: the months done, and of how many."""

    done: int
    total: int


def compare(lake: Lake, days: frozenset[date]) -> Iterator[Step]:
    """Compute every mechanism on the slots of some days, and store the results.

    They are computed on today's terms and replace what was stored of these days.

    Raises:
        GateError: what was computed breaks a contract; that transaction left nothing behind.
    """
    months = sorted({(day.year, day.month) for day in days})
    for number, month in enumerate(months, 1):
        of_month = {day for day in days if (day.year, day.month) == month}
        lake.write(partial(_compare_days, settings=lake.settings, days=of_month), lock="settlement")
        yield Step(number, len(months))


def _compare_days(connection: Connection, settings: Settings, days: set[date]) -> None:
    connection.execute(f"delete from {TABLE} where {on_days(days)}")
    for window in (part for stretch in stretches(days) for part in parts(connection, stretch)):
        _compare_window(connection, settings, window)
    results = check(connection, TABLE, Days(frozenset(days)))
    if failed(results):
        raise GateError(results)


def _compare_window(connection: Connection, settings: Settings, window: Window) -> None:
    terms = terms_of(settings)
    prepare(connection, terms, window)
    for mechanism in MECHANISMS:
        cleared = clear(connection, terms, mechanism)
        of_outcome = reading_from(step_sql("compared"), {"outcome": cleared.outcome})
        compared = fill_in(of_outcome, {"mechanism": mechanism})
        connection.execute(f"insert into {TABLE} ({listed(TABLE)}) select {listed(TABLE)} from ({compared})")


def compared(connection: Connection, days: frozenset[date]) -> pl.DataFrame:
    """Sum up the stored results of the mechanisms over some days, one row each.

    Returns:
        ``mechanism``, ``traded_kwh``, ``mean_price_eur_per_kwh``, ``saving_eur`` of all members, how many would be
        ``better_off`` and ``worse_off`` than with the grid alone, and what the ``worst_off`` would save, in EUR.
    """
    return connection.execute(
        f"""
        select
            mechanism,
            sum(traded_kwh)::double as traded_kwh,
            sum(paid_eur) / nullif(sum(traded_kwh), 0) as mean_price_eur_per_kwh,
            sum(saving_eur)::double as saving_eur,
            count(*) filter (saving_eur > 0) as better_off,
            count(*) filter (saving_eur < 0) as worse_off,
            min(saving_eur)::double as worst_off_eur
        from (
            select
                mechanism, member_id, sum(bought_kwh) as traded_kwh, sum(bought_eur) as paid_eur,
                sum(saving_eur) as saving_eur
            from {TABLE} where {on_days(set(days))} group by all
        )
        group by mechanism order by saving_eur desc, mechanism
        """
    ).pl()
