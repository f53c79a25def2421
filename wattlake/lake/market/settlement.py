"""Settle the days that changed, a month at a time; only what differs is booked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from itertools import count
from typing import NamedTuple

from wattlake.lake.build.change_feed import INPUTS_OF_MARKET, Changes, read_feed
from wattlake.lake.build.progress import MARKET, Progress, read_progress, write_progress
from wattlake.lake.market.ledger import Booked, book
from wattlake.lake.market.unsettled import check_all_settled
from wattlake.lake.quality import GateError, Links, check, failed
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.lake import Lake, NothingToDoError
from wattlake.lake.times import ONE_DAY, naive_utc

LEDGER = ("ops.settlement", "gold.settled_slot", "gold.settled_position", "gold.settled_trade")


@dataclass(frozen=True)
class Step:
    """One transaction of a settlement.

    Attributes:
        done: transactions so far.
        total: of how many, as far as is known.
        booked: what it booked.
        rows: the rows it wrote, by table.
    """

    done: int
    total: int
    booked: Booked
    rows: dict[str, int]


class SettledMonth(NamedTuple):
    """The outcome of one transaction: bookings, rows by table, days, and what is left.

    After the last of the changes that an earlier transaction found, what came since is to be looked for.
    """

    booked: Booked
    rows: dict[str, int]
    days: set[date]
    months_left: int
    is_up_to_date: bool


def settle(lake: Lake, now_utc: datetime, run_id: str, days: frozenset[date] = frozenset()) -> Iterator[Step]:
    """Settle what changed since the last settlement, or some days.

    Whoever settles a day that is settled already, finds that nothing differs and books nothing.

    Args:
        lake: the lake, built.
        now_utc: the present; the time of booking.
        run_id: the run.
        days: UTC days; by default all whose energy, prices or register changed.

    Yields:
        What each transaction did, after it was committed; nothing where nothing was to be booked.

    Raises:
        GateError: what was to be booked breaks a contract; that transaction left nothing behind.
        ValueError: the ledger was settled with another length of slots, time zone or holidays than there are now.
    """
    asked = set(days)
    for number in count(1):
        attempt = partial(_next_step, settings=lake.settings, now_utc=now_utc, run_id=run_id, asked=asked or None)
        try:
            month = lake.write(attempt, lock="settlement")
        except NothingToDoError:
            return
        yield Step(number, number + month.months_left, month.booked, month.rows)
        asked -= month.days
        if month.is_up_to_date:
            return


def _next_step(
    connection: Connection, settings: Settings, now_utc: datetime, run_id: str, asked: set[date] | None
) -> SettledMonth:
    """Settle the first month of what is asked for, or of what changed."""
    progress = read_progress(connection)
    market = progress.get(MARKET, Progress())
    target = market.target_snapshot_id or current_snapshot(connection)
    days = asked or _days_to_settle(connection, market, target)
    month = {day for day in days if (day.year, day.month) == (min(days).year, min(days).month)}
    left = days - month
    booked = book(connection, settings, month, naive_utc(now_utc), run_id) if days else Booked()
    rows = _check(connection, booked, month)
    if asked is None:
        if not days and market.snapshot_id is not None:
            raise NothingToDoError
        after = (
            replace(market, target_snapshot_id=target, done_to_utc=datetime.combine(max(month) + ONE_DAY, time.min))
            if left
            else Progress(snapshot_id=target)
        )
        write_progress(connection, progress | {MARKET: after})
    elif not booked.links and not left:
        raise NothingToDoError
    is_up_to_date = not left and (asked is not None or market.target_snapshot_id is None)
    return SettledMonth(booked, rows, month, len({(day.year, day.month) for day in left}), is_up_to_date)


def _days_to_settle(connection: Connection, market: Progress, target: int) -> set[date]:
    changes = Changes()
    if market.snapshot_id is None:
        changes.add("gold.energy_flow", first_day=date.min)
    else:
        read_feed(connection, changes, INPUTS_OF_MARKET, market.snapshot_id, target)
    days = set().union(*changes.days.values())
    if changes.first_day:
        days |= days_there_are(connection, min(changes.first_day.values()))
    first_day = market.done_to_utc.date() if market.done_to_utc else date.min
    return {day for day in days if day >= first_day}


def days_there_are(connection: Connection, first_day: date) -> set[date]:
    """Find the days from one day on that have energy or were settled."""
    days = connection.execute(
        f"""
        select distinct cast(period_start_utc as date) from gold.energy_flow
        where period_start_utc >= '{first_day.isoformat()}'
        union
        select cast(period_start_utc as date) from ops.settlement where period_start_utc >= '{first_day.isoformat()}'
        """
    ).fetchall()
    return {day for (day,) in days}


def _check(connection: Connection, booked: Booked, days: set[date]) -> dict[str, int]:
    """Check what was booked, and that no slot was left out; return the rows by table.

    Raises:
        GateError: what was booked breaks a contract, or a slot was left out.
    """
    if days and failed([all_settled := check_all_settled(connection, days)]):
        raise GateError([all_settled])
    if not booked.links:
        return {}
    last = scalar(connection, "select max(settlement_id) from ops.settlement")
    newest = Links(last - booked.links + 1, last)
    results = {table: check(connection, table, newest) for table in LEDGER}
    if failed([result for of_table in results.values() for result in of_table]):
        raise GateError([result for of_table in results.values() for result in of_table])
    return {table: of_table[0].rows_seen for table, of_table in results.items()}
