"""Read a member's bill of a month: lines that add up, and trades and prices behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from wattlake.lake.market.unsettled import unsettled_of_bill
from wattlake.lake.sql import Connection, literal, scalar


class NoBillError(LookupError):
    """There is no bill of that member and month."""


@dataclass(frozen=True)
class Line:
    """A line of a bill: its purpose, energy in Wh if any, and amount in micro-euros.

    What the member is paid is a negative amount; its price is not.
    """

    what: str
    energy_wh: int | None
    amount_micro_eur: int
    is_income: bool = False

    @property
    def mean_eur_per_kwh(self) -> float | None:
        """Compute its mean price in EUR per kWh; ``None`` where it has no energy."""
        if not self.energy_wh:
            return None
        return (-self.amount_micro_eur if self.is_income else self.amount_micro_eur) / self.energy_wh / 1000


@dataclass(frozen=True)
class Bill:
    """One member's bill of one month.

    Attributes:
        member_id: the member.
        month: the first day of the month.
        consumption_wh: what the member consumed.
        production_wh: what its panels produced.
        computed_wh: the part of it that no meter read: what the weather says that its panels gave.
        self_consumption_wh: the part of production that it consumed at once.
        lines: what it pays, and what it is paid as negative amounts.
        alone_micro_eur: what it would have paid without the community.
        slots: settled slots of the month.
        provisional_slots: of these, slots that will be settled again once their readings come.
        unsettled_slots: the other slots of the month in which the member was there, by the reason why.
        last_day: where the month is still running, the last day that has slots in it.
    """

    member_id: str
    month: date
    consumption_wh: int
    production_wh: int
    computed_wh: int
    self_consumption_wh: int
    lines: tuple[Line, ...]
    alone_micro_eur: int
    slots: int
    provisional_slots: int
    unsettled_slots: Mapping[str, int] = field(default_factory=dict)
    last_day: date | None = None

    @property
    def member_slots(self) -> int:
        """Count the slots of the month in which the member was there."""
        return self.slots + sum(self.unsettled_slots.values())

    @property
    def total_micro_eur(self) -> int:
        """Sum up the lines, in micro-euros."""
        return sum(line.amount_micro_eur for line in self.lines)

    @property
    def saving_micro_eur(self) -> int:
        """Compute what the community saved the member, in micro-euros."""
        return self.alone_micro_eur - self.total_micro_eur


def read_bill(connection: Connection, member_id: str, month: date) -> Bill:
    """Read a member's bill of a month on the community's clock.

    Raises:
        NoBillError: nothing of the member is settled in that month; with the months that are.
    """
    answer = connection.execute(
        f"from gold.member_bill_monthly where member_id = {literal(member_id)} and local_month = {literal(month)}"
    )
    names, values = [name for name, *_ in answer.description or []], answer.fetchone()
    if values is None:
        raise NoBillError(_none_like_that(connection, member_id, month))
    row = dict(zip(names, values, strict=True))
    return Bill(
        member_id,
        month,
        row["consumption_wh"],
        row["production_wh"],
        _computed_wh(connection, member_id, month),
        row["self_consumption_wh"],
        (
            Line("bought from neighbours", row["bought_wh"], row["bought_micro_eur"]),
            Line("fee of the community", None, row["fee_micro_eur"]),
            Line("drawn from the grid", row["grid_import_wh"], row["grid_import_micro_eur"]),
            Line("sold to neighbours", row["sold_wh"], -row["sold_micro_eur"], is_income=True),
            Line("fed into the grid", row["grid_export_wh"], -row["grid_export_micro_eur"], is_income=True),
        ),
        row["alone_micro_eur"],
        row["slots"],
        row["provisional_slots"],
        unsettled_of_bill(connection, member_id, month),
        _last_day_of_running(connection, member_id, month),
    )


def slots_of(connection: Connection, member_id: str, month: date) -> pl.DataFrame:
    """Read a member's settled slots of a month: in Wh, with grid prices, in micro-euros."""
    return connection.execute(
        f"""
        select
            position.period_start_utc, position.consumption_wh, position.production_wh, position.self_consumption_wh,
            position.bought_wh, position.sold_wh, position.grid_import_wh, position.grid_export_wh,
            slot.buy_micro_eur_per_kwh, slot.sell_micro_eur_per_kwh, slot.fee_micro_eur_per_kwh,
            position.bought_micro_eur, position.sold_micro_eur, position.fee_micro_eur,
            position.grid_import_micro_eur, position.grid_export_micro_eur, position.alone_micro_eur,
            position.is_provisional, position.provenance, slot.version
        from gold.settled_position as position
        inner join gold.settled_slot as slot using (period_start_utc, settlement_id)
        inner join gold.calendar as calendar using (period_start_utc)
        where position.member_id = {literal(member_id)} and position.entry = 1
            and date_trunc('month', calendar.local_date) = {literal(month)}
        qualify slot.version = max(slot.version) over (partition by position.period_start_utc)
        order by position.period_start_utc
        """
    ).pl()


def _computed_wh(connection: Connection, member_id: str, month: date) -> int:
    """Sum a member's settled production of a month without a meter of its panels, in Wh."""
    return scalar(
        connection,
        f"""
        select sum(position.production_wh)
        from gold.settled_position as position
        inner join gold.calendar as calendar using (period_start_utc)
        inner join gold.member_version as member
            on
                position.member_id = member.member_id
                and position.period_start_utc >= member.valid_from_utc
                and position.period_start_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
        where
            position.member_id = {literal(member_id)} and date_trunc('month', calendar.local_date) = {literal(month)}
            and member.production_meter_id is null
        """,
    )


def _last_day_of_running(connection: Connection, member_id: str, month: date) -> date | None:
    found = connection.execute(
        f"""
        select max(local_date) from gold.market_daily
        where member_id = {literal(member_id)} and date_trunc('month', local_date) = {literal(month)}
            and exists (from warehouse.settled_extent where end_date < {literal(month)} + interval 1 month)
        """
    ).fetchone()
    return found[0] if found else None


def _none_like_that(connection: Connection, member_id: str, month: date) -> str:
    months = [
        f"{one:%Y-%m}"
        for (one,) in connection.execute(
            f"select local_month from gold.member_bill_monthly where member_id = {literal(member_id)} order by all"
        ).fetchall()
    ]
    if unsettled_slots := unsettled_of_bill(connection, member_id, month):
        why = ", ".join(f"{slots:,} ({reason})" for reason, slots in unsettled_slots.items())
        return f"No slot of {member_id} is settled in {month:%Y-%m}: {why}. `wattlake status` says what mends it."
    if months:
        return f"{member_id} has no bill of {month:%Y-%m}. There are bills of {', '.join(months)}."
    some = [
        one
        for (one,) in connection.execute(
            "select distinct member_id from gold.member_bill_monthly order by all limit 5"
        ).fetchall()
    ]
    if some:
        return f"There is no bill of a member `{member_id}`. There are bills of {', '.join(some)}, among others."
    return "Nothing is settled yet, so there are no bills. Run `wattlake settle`, then `wattlake build`."
