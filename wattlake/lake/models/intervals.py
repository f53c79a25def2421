"""Write the SQL that finds intervals which overlap.

An interval is a whole part of an hour, on the grid of its length: none reaches beyond the hour that it begins in, so
only intervals of one hour are compared, and the minutes of all are bits of one integer.
"""

from wattlake.lake.contracts import spec
from wattlake.lake.sql import Connection, named, scalar

OVERLAP = "minute({0}.period_start_utc) < minute({1}.period_start_utc) + {1}.period_minutes"


def owner(table: str) -> list[str]:
    """List the columns that tell whose an interval is: the key without its start."""
    return [named(name) for name in spec(table).key if name != "period_start_utc"]


def interval(table: str) -> list[str]:
    """List the columns that tell intervals apart: the key, and the length where it varies."""
    return [*map(named, spec(table).key), *(["period_minutes"] if spec(table).has_intervals else [])]


def overlap(table: str, left: str, right: str) -> str:
    """Write the condition that rows of two relations of a table's rows overlap."""
    same = [f"{left}.{name} = {right}.{name}" for name in owner(table)]
    hour = f"date_trunc('hour', {left}.period_start_utc) = date_trunc('hour', {right}.period_start_utc)"
    return " and ".join([*same, hour, OVERLAP.format(left, right), OVERLAP.format(right, left)])


def crowded_hours(table: str, relation: str) -> str:
    """Write a query of the hours in which intervals of one owner, of unlike length, overlap."""
    # Whatever breaks the contract is told by other checks, and is here no shift that fails.
    minutes = "greatest(least(period_minutes, 60 - minute(period_start_utc)), 0)"
    bits = f"bit_or(((1::bigint << {minutes}) - 1) << minute(period_start_utc))"
    return (
        f"select {', '.join(owner(table))}, date_trunc('hour', period_start_utc) as hour_utc from {relation} "
        f"group by all having min(period_minutes) < max(period_minutes) and sum(period_minutes) > bit_count({bits})"
    )


def lengths(connection: Connection, relation: str) -> tuple[int, int] | None:
    """Find the least and the greatest length of intervals; ``None`` where there are none."""
    low, high = connection.execute(f"select min(period_minutes), max(period_minutes) from {relation}").fetchall()[0]
    return None if low is None else (low, high)


def has_other_lengths(connection: Connection, relation: str, minutes: int) -> bool:
    """Tell whether a relation has an interval of another length; most files are skipped."""
    return any(
        scalar(connection, f"select count(*) from (select 1 from ({relation}) where period_minutes {other} limit 1)")
        for other in (f"< {minutes}", f"> {minutes}")
    )
