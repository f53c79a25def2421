"""Book the market's results where they differ; nothing that is booked is ever changed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wattlake.lake.contracts import amounts, columns, listed
from wattlake.lake.market.chain import NOTHING_BEFORE, link_hash
from wattlake.lake.market.resettlement import Settled, differing, settled_anew
from wattlake.lake.market.terms import Terms, written
from wattlake.lake.quality.written import within
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar


@dataclass(frozen=True)
class Booked:
    """The links and slots that were booked, and the energy traded in these slots.

    Attributes:
        links: days that were booked, for the first time or again.
        slots: slots that were booked.
        reversed_slots: of these, slots that had been booked before.
        traded_kwh: energy traded in them.
        unpriced_slots: slots that could not be settled, because the grid's prices in them are not known.
    """

    links: int = 0
    slots: int = 0
    reversed_slots: int = 0
    traded_kwh: Decimal = Decimal(0)
    unpriced_slots: int = 0

    def __str__(self) -> str:
        """Tell in one sentence or two what was booked."""
        unpriced = f" {self.unpriced_slots:,} slots wait for a price." if self.unpriced_slots else ""
        if not self.slots:
            return f"Nothing was to be settled.{unpriced}"
        again = f", {self.reversed_slots:,} of them anew" if self.reversed_slots else ""
        return f"Settled {self.slots:,} slots{again}: {self.traded_kwh:,.3f} kWh traded.{unpriced}"

    def __add__(self, other: "Booked") -> "Booked":
        """Add up two bookings."""
        return Booked(*(mine + more for mine, more in zip(vars(self).values(), vars(other).values(), strict=True)))


def book(connection: Connection, settings: Settings, days: set[date], now_utc: datetime, run_id: str) -> Booked:
    """Settle some days, and book the slots that differ from what is booked.

    All of it is within the caller's transaction.

    Days are booked in their order. A slot that was booked before is booked again as its next version: the rows of the
    version before come once more, negated, and then the new ones.

    Args:
        connection: in a transaction, with the lake as its current database.
        settings: of the lake; the terms of days that are settled for the first time.
        days: UTC days.
        now_utc: the present, without an offset.
        run_id: the run.

    Raises:
        ValueError: days are booked in slots of another length than the community has now.
    """
    booked = Booked()
    for settled in settled_anew(connection, settings, days):
        booked += _book_differing(connection, settled, now_utc, run_id)
    return booked


def _book_differing(connection: Connection, settled: Settled, now_utc: datetime, run_id: str) -> Booked:
    connection.execute(f"create or replace temp table differing as {differing(settled)}")
    unpriced_slots = f"from {settled.position} anti join {settled.cleared.slot} using (period_start_utc)"
    unpriced = scalar(connection, f"select count(distinct period_start_utc) {unpriced_slots}")
    days = connection.execute(
        """
        select date_trunc('day', period_start_utc), count(*), count(settlement_before),
            coalesce(count(*) filter (is_provisional), 0), coalesce(sum(traded_kwh), 0),
            list(concat_ws('|', period_start_utc, version, sha256) order by period_start_utc)
        from differing group by all order by all
        """
    ).fetchall()
    if not days:
        return Booked(unpriced_slots=unpriced)
    first = _link(connection, settled.terms, days, now_utc, run_id)
    _book_rows(connection, settled, "differing", first)
    slots, reversed_slots, _, traded_kwh = (sum(day[position] for day in days) for position in range(1, 5))
    return Booked(len(days), slots, reversed_slots, traded_kwh, unpriced)


def _link(connection: Connection, terms: Terms, days: list[Any], now_utc: datetime, run_id: str) -> int:
    """Add a link for each day to the chain; return the number of the first."""
    last = connection.execute(
        "select settlement_id, sha256 from ops.settlement order by settlement_id desc limit 1"
    ).fetchone()
    before, previous = last or (0, NOTHING_BEFORE)
    links = []
    for number, (day, slots, reversed_slots, provisional, traded_kwh, hashes) in enumerate(days, before + 1):
        sha256 = link_hash(previous, day.date(), written(terms), hashes)
        links.append(
            (number, day, now_utc, terms["market_mechanism"], written(terms), slots, reversed_slots, provisional,
             traded_kwh, sha256, previous, run_id)
        )  # fmt: skip
        previous = sha256
    marks = ", ".join("?" for _ in columns("ops.settlement"))
    connection.executemany(f"insert into ops.settlement ({listed('ops.settlement')}) values ({marks})", links)
    return int(before) + 1


def _book_rows(connection: Connection, settled: Settled, differing_slots: str, first: int) -> None:
    """Take back what was booked of the slots that differ, and book what they come to now."""
    connection.execute(
        f"""
        create or replace temp table booking as
        select differing.*, link.settlement_id
        from {differing_slots} as differing
        inner join ops.settlement as link
            on date_trunc('day', differing.period_start_utc) = link.period_start_utc and link.settlement_id >= {first}
        """
    )
    connection.execute(
        f"""
        insert into gold.settled_slot ({listed("gold.settled_slot")})
        select settlement_id, period_start_utc, {settled.terms["slot_minutes"]}, version, buy_eur_per_kwh,
            sell_eur_per_kwh, fee_eur_per_kwh, coalesce(supply_kwh, 0), coalesce(demand_kwh, 0),
            coalesce(traded_kwh, 0), coalesce(is_provisional, false), sha256
        from booking
        """
    )
    for table, fresh in (
        ("gold.settled_position", settled.cleared.outcome),
        ("gold.settled_trade", settled.cleared.trade),
    ):
        kept = [name for name in columns(table) if name not in {"settlement_id", "entry"}]
        negated = ", ".join(f"{'-' if name in amounts(table) else ''}old.{name}" for name in kept)
        connection.execute(
            f"""
            insert into {table} (settlement_id, entry, {", ".join(kept)})
            select booking.settlement_id, -1, {negated}
            from (from {table} where entry = 1 and {within(settled.window)}) as old
            inner join booking
                on old.period_start_utc = booking.period_start_utc and old.settlement_id = booking.settlement_before
            union all
            select booking.settlement_id, 1, {", ".join(f"fresh.{name}" for name in kept)}
            from {fresh} as fresh
            inner join booking on fresh.period_start_utc = booking.period_start_utc
            """
        )
