"""Tell what of a bill's energy no meter measured: computed from weather, or estimated."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from wattlake.lake.sql import Connection, literal


class Estimate(NamedTuple):
    """The energy of a bill that was estimated in one way.

    Attributes:
        flow: what was estimated, ``consumption`` or ``production``.
        method: how, as ``estimation_method`` of ``gold.energy_flow`` says; slots with several ways stand apart.
        slots: in how many settled slots.
        energy_kwh: how much.
    """

    flow: str
    method: str
    slots: int
    energy_kwh: Decimal


def computed_kwh(connection: Connection, member_id: str, month: date) -> Decimal:
    """Sum a member's settled production of a month without a meter of its panels, in kWh."""
    total: Decimal = connection.execute(
        f"""
        select coalesce(sum(position.production_kwh), 0)
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
    ).fetchall()[0][0]
    return total


def estimates(connection: Connection, member_id: str, month: date) -> tuple[Estimate, ...]:
    """Sum what is estimated of a member's settled energy of a month, the most first.

    What the source itself estimated or substituted is among it, beside what was filled.
    """
    rows = connection.execute(
        f"""
        with settled as (
            select period_start_utc
            from gold.settled_position as position
            inner join gold.calendar as calendar using (period_start_utc)
            where
                member_id = {literal(member_id)}
                and date_trunc('month', calendar.local_date) = {literal(month)}
            group by period_start_utc
            having sum(entry) > 0
        )
        select kind.flow, estimation_method, count(*), sum(kind.energy_kwh) as energy_kwh
        from gold.energy_flow
        semi join settled using (period_start_utc),
        unnest([
            {{'flow': 'consumption', 'energy_kwh': consumption_estimated_kwh}},
            {{'flow': 'production', 'energy_kwh': production_estimated_kwh}}
        ]) as listed (kind)
        where member_id = {literal(member_id)} and kind.energy_kwh is not null
        group by all
        order by kind.flow, energy_kwh desc, estimation_method
        """
    ).fetchall()
    return tuple(Estimate(*row) for row in rows)
