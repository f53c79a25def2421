"""Read a member's bill of a month: lines that add up, and trades and prices behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from wattlake.lake.market.unsettled import unsettled_of_bill
from wattlake.lake.reports.bill_origins import Estimate, computed_kwh, estimates
from wattlake.lake.sql import Connection, literal

if TYPE_CHECKING:
    import polars as pl


class NoBillError(LookupError):
    """There is no bill of that member and month."""


@dataclass(frozen=True)
class Line:
    """A line of a bill: purpose, kWh if any, EUR; income is negative, but not its price."""

    what: str
    energy_kwh: Decimal | None
    amount_eur: Decimal
    is_income: bool = False

    @property
    def mean_eur_per_kwh(self) -> float | None:
        """Compute its mean price in EUR per kWh; ``None`` where it has no energy."""
        if not self.energy_kwh:
            return None
        return float((-self.amount_eur if self.is_income else self.amount_eur) / self.energy_kwh)


@dataclass(frozen=True)
class Bill:
    """One member's bill of one month.

    Attributes:
        member_id: the member.
        month: the first day of the month.
        consumption_kwh: what the member consumed.
        production_kwh: what its panels produced.
        computed_kwh: the part of it that no meter read: what the weather says that its panels gave.
        self_consumption_kwh: the part of production that it consumed at once.
        lines: what it pays, and what it is paid as negative amounts.
        alone_eur: what it would have paid without the community.
        slots: settled slots of the month.
        provisional_slots: of these, slots that will be settled again once their readings come.
        unsettled_slots: the other slots of the month in which the member was there, by the reason why.
        last_day: where the month is still running, the last day that has slots in it.
        estimates: what of the consumption and the production was estimated, by its source or by filling gaps.
    """

    member_id: str
    month: date
    consumption_kwh: Decimal
    production_kwh: Decimal
    computed_kwh: Decimal
    self_consumption_kwh: Decimal
    lines: tuple[Line, ...]
    alone_eur: Decimal
    slots: int
    provisional_slots: int
    unsettled_slots: Mapping[str, int] = field(default_factory=dict)
    last_day: date | None = None
    estimates: tuple[Estimate, ...] = ()

    @property
    def member_slots(self) -> int:
        """Count the slots of the month in which the member was there."""
        return self.slots + sum(self.unsettled_slots.values())

    @property
    def total_eur(self) -> Decimal:
        """Sum up the lines."""
        return sum((line.amount_eur for line in self.lines), Decimal(0))

    @property
    def saving_eur(self) -> Decimal:
        """Compute what the community saved the member."""
        return self.alone_eur - self.total_eur


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
        row["consumption_kwh"],
        row["production_kwh"],
        computed_kwh(connection, member_id, month),
        row["self_consumption_kwh"],
        (
            Line("bought from neighbours", row["bought_kwh"], row["bought_eur"]),
            Line("fee of the community", None, row["fee_eur"]),
            Line("drawn from the grid", row["grid_import_kwh"], row["grid_import_eur"]),
            Line("sold to neighbours", row["sold_kwh"], -row["sold_eur"], is_income=True),
            Line("fed into the grid", row["grid_export_kwh"], -row["grid_export_eur"], is_income=True),
        ),
        row["alone_eur"],
        row["slots"],
        row["provisional_slots"],
        unsettled_of_bill(connection, member_id, month),
        _last_day_of_running(connection, member_id, month),
        estimates(connection, member_id, month),
    )


def slots_of(connection: Connection, member_id: str, month: date) -> "pl.DataFrame":
    """Read a member's settled slots of a month in kWh and EUR, with the grid's prices."""
    return connection.execute(
        f"""
        select
            position.period_start_utc, position.consumption_kwh, position.production_kwh, position.self_consumption_kwh,
            position.bought_kwh, position.sold_kwh, position.grid_import_kwh, position.grid_export_kwh,
            slot.buy_eur_per_kwh, slot.sell_eur_per_kwh, slot.fee_eur_per_kwh,
            position.bought_eur, position.sold_eur, position.fee_eur,
            position.grid_import_eur, position.grid_export_eur, position.alone_eur,
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


def _last_day_of_running(connection: Connection, member_id: str, month: date) -> date | None:
    row = connection.execute(
        f"""
        select max(local_date) from gold.market_daily
        where member_id = {literal(member_id)} and date_trunc('month', local_date) = {literal(month)}
            and exists (from warehouse.settled_extent where end_date < {literal(month)} + interval 1 month)
        """
    ).fetchone()
    return row[0] if row else None


def _none_like_that(connection: Connection, member_id: str, month: date) -> str:
    months = [
        f"{first:%Y-%m}"
        for (first,) in connection.execute(
            f"select local_month from gold.member_bill_monthly where member_id = {literal(member_id)} order by all"
        ).fetchall()
    ]
    if unsettled_slots := unsettled_of_bill(connection, member_id, month):
        why = ", ".join(f"{slots:,} ({reason})" for reason, slots in unsettled_slots.items())
        return f"No slot of {member_id} is settled in {month:%Y-%m}: {why}. `wattlake status` says what mends it."
    if months:
        return f"{member_id} has no bill of {month:%Y-%m}. There are bills of {', '.join(months)}."
    some = [
        first
        for (first,) in connection.execute(
            "select distinct member_id from gold.member_bill_monthly order by all limit 5"
        ).fetchall()
    ]
    if some:
        return f"There is no bill of a member `{member_id}`. There are bills of {', '.join(some)}, among others."
    return "Nothing is settled yet, so there are no bills. Run `wattlake settle`, then `wattlake build`."
