"""Replay a settlement with only what had been fetched by a time.

It starts from bronze, not from snapshots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from wattlake.lake.build.as_fetched import lake_as_fetched_by
from wattlake.lake.build.gold import Producer
from wattlake.lake.market.resettlement import differing, settled_anew
from wattlake.lake.market.settlement import days_there_are
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc


@dataclass(frozen=True)
class Replayed:
    """The slots of some days as known at a time, compared with what was booked by then.

    Attributes:
        slots: slots settled anew.
        traded_kwh: energy traded in them.
        bought_eur: what members pay each other for it.
        differing: slots that were not booked so by then: booked otherwise, or not yet.
    """

    slots: int
    traded_kwh: Decimal
    bought_eur: Decimal
    differing: list[datetime]


def replay(
    lake: Lake, producers: Mapping[str, Producer], as_of: datetime, days: frozenset[date] = frozenset()
) -> Replayed:
    """Settle days anew from what had been fetched by a time; book nothing.

    The terms are those booked by then.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        as_of: the time.
        days: UTC days; by default all.
    """
    by_then = naive_utc(as_of)
    with lake_as_fetched_by(lake, producers, by_then) as known:
        reader = known.reader()
        wanted = set(days) or days_there_are(reader, date.min)
        slots, traded_kwh, bought, differing_slots = 0, Decimal(0), Decimal(0), []
        for settled in settled_anew(reader, lake.settings, wanted):
            sums = reader.execute(
                "select count(distinct period_start_utc), coalesce(sum(bought_kwh), 0), "
                f"coalesce(sum(bought_eur), 0) from {settled.cleared.outcome}"
            ).fetchall()[0]
            slots, traded_kwh, bought = slots + sums[0], traded_kwh + sums[1], bought + sums[2]
            listed_slots = f"select period_start_utc from ({differing(settled)}) order by all"
            differing_slots += [slot for (slot,) in reader.execute(listed_slots).fetchall()]
        return Replayed(slots, traded_kwh, bought, differing_slots)
