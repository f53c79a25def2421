"""Count the unsettled slots of members, and tell why and which command mends it.

Only slots in which a member was there count.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

from wattlake.lake.build.gold import on_days
from wattlake.lake.build.progress import MARKET
from wattlake.lake.market.steps import step_sql
from wattlake.lake.models.graph import fill_in
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.sql import Connection, literal, quoted, scalar
from wattlake.lake.times import ONE_DAY

NOTHING_IS_LACKING = "to be settled"
"""The reason of slots that the next settlement books."""

MENDED_BY = {
    "no price": "`wattlake backfill energy_charts --from {first} --to {last}`, `wattlake build`, `wattlake settle`",
    "no weather": "`wattlake backfill open_meteo --from {first} --to {last}`, `wattlake build`, `wattlake settle`",
    NOTHING_IS_LACKING: "`wattlake settle`",
    "": "`wattlake build --full`, `wattlake settle`",
}
"""The commands to run, by reason; a slot without a reason lacks nothing but its output."""


class Unsettled(NamedTuple):
    """Slots that are not settled for one reason.

    Attributes:
        reason: why; empty where there is none, which is a fault.
        slots: how many, each member's counted.
        members: of how many members.
        first_day: the first UTC day that has some.
        last_day: the last.
    """

    reason: str
    slots: int
    members: int
    first_day: date
    last_day: date

    @property
    def remedy(self) -> str:
        """List the commands to run, in order; empty where only readings would help."""
        return MENDED_BY.get(self.reason, "").format(first=self.first_day, last=self.last_day)


def unsettled(connection: Connection) -> list[Unsettled]:
    """Count the slots not settled from the community's first energy to its last, by reason."""
    first_utc, end_utc = connection.execute(
        "select date_trunc('day', min(period_start_utc)), date_trunc('day', max(period_start_utc)) + interval 1 day "
        "from gold.energy_flow"
    ).fetchall()[0]
    if first_utc is None:
        return []
    rows = connection.execute(
        f"""
        select coalesce(reason, ''), count(*), count(distinct member_id), min(period_start_utc)::date,
            max(period_start_utc)::date
        from ({slots_between(first_utc, end_utc)}) group by all order by all
        """
    ).fetchall()
    return [Unsettled(*row) for row in rows]


def unsettled_of_bill(connection: Connection, member_id: str, month: date) -> dict[str, int]:
    """Count a member's slots not settled in a month of the community's clock, by reason.

    Slots after the community's newest energy are still to come: they lack nothing.
    """
    first_utc, end_utc = connection.execute(
        "select min(period_start_utc), max(period_start_utc + to_minutes(period_minutes)) from gold.calendar "
        f"where date_trunc('month', local_date) = {literal(month)} "
        "and period_start_utc <= (select max(period_start_utc) from gold.energy_flow)"
    ).fetchall()[0]
    if first_utc is None:
        return {}
    return dict(
        connection.execute(
            f"""
            select coalesce(reason, ''), count(*) from ({slots_between(first_utc, end_utc)})
            where member_id = {literal(member_id)} and date_trunc('month', local_date) = {literal(month)}
            group by all order by all
            """
        ).fetchall()
    )


def sentences(connection: Connection) -> Iterator[str]:
    """Tell which unsettled slots a command can mend; nothing before the first settlement."""
    if not scalar(connection, f"select count(*) from ops.progress where table_name = '{MARKET}'"):
        return
    yield from (_told(each) for each in unsettled(connection) if each.remedy)


def check_all_settled(connection: Connection, days: set[date]) -> CheckResult:
    """Check that each slot of just settled days is settled or has a reason not to be.

    Every member's slots are checked.

    Args:
        connection: in the transaction that settled them, with the lake as its current database.
        days: UTC days, at least one.
    """
    first_utc, last_utc = datetime.combine(min(days), time.min), datetime.combine(max(days), time.min)
    left_out = (
        f"select member_id, period_start_utc from ({slots_between(first_utc, last_utc + ONE_DAY)}) "
        f"where {on_days(days)} and coalesce(reason, '') in ('', {quoted(NOTHING_IS_LACKING)})"
    )
    failing = scalar(connection, f"select count(*) from ({left_out})")
    settled = scalar(connection, f"select coalesce(sum(entry), 0) from gold.settled_position where {on_days(days)}")
    keys = failing_keys(connection, left_out) if failing else None
    name = "each member's slot is settled or has its reason"
    return CheckResult(name, "gold.settled_position", "fail", settled + failing, failing, keys, "completeness")


def unbooked(connection: Connection) -> Iterator[str]:
    """Tell of slots that lack nothing and are not booked, a sentence for each reason.

    Slots that have no reason not to be booked are told of, too.
    """
    yield from (_told(each) for each in unsettled(connection) if each.reason in {"", NOTHING_IS_LACKING})


def _told(each: Unsettled) -> str:
    return (
        f"{each.slots:,} slots of {each.members:,} members from {each.first_day} to {each.last_day} are not settled: "
        f"{each.reason or 'nothing says why, which is a fault'}. Run {each.remedy}."
    )


def slots_between(from_utc: datetime, to_utc: datetime) -> str:
    """Write the SELECT of the slots that are not settled between two instants."""
    steps = f"with settled as ({step_sql('settled')}) from ({step_sql('unsettled')})"
    return fill_in(steps, {"from_utc": from_utc, "to_utc": to_utc})
