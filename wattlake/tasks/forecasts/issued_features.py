"""The features of issued forecasts as stored: by time, by member, and as of a time."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import polars as pl

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, literal
from wattlake.lake.times import ONE_DAY
from wattlake.tasks.forecasts.feature_rows import ISSUED_FEATURES

MEMBERS = "select distinct member_id from gold.member_version"
EXTENT = f"select min(period_start_utc), max(period_start_utc) from {ISSUED_FEATURES}"


def issued_features(
    reader: Connection, days: Collection[date], members: Sequence[str] | None, at_utc: datetime | None = None
) -> pl.DataFrame:
    """Read the features of forecasts of some days, as they were known at a time.

    Args:
        reader: of the lake.
        days: the UTC days of the slots; all where there are none.
        members: whose; all members' by default.
        at_utc: of each slot only the newest issue by this time (without an offset); all issues by default.

    Raises:
        ValueError: there is no such member, or nothing is stored of those days.
    """
    conditions = ["true"]
    if days:
        conditions.append(f"period_start_utc >= timestamp '{min(days)}'")
        conditions.append(f"period_start_utc < timestamp '{max(days) + ONE_DAY}'")
    if members is not None:
        _check_members(reader, members)
        conditions.append(f"member_id in ({', '.join(map(literal, members))})")
    if at_utc is not None:
        conditions.append(f"issued_at_utc <= {literal(at_utc)}")
    order = "order by member_id, target, period_start_utc, issued_at_utc, forecaster, forecaster_version"
    asked = f"select {listed(ISSUED_FEATURES)} from {ISSUED_FEATURES} where {' and '.join(conditions)}"
    rows = reader.execute(f"{asked} {_newest(at_utc)} {order}").pl()
    if rows.is_empty():
        raise ValueError(_nothing(reader))
    return rows


def _newest(at_utc: datetime | None) -> str:
    """Keep the newest issue of each slot, and of that the rows that were made last."""
    if at_utc is None:
        return ""
    of_slot = "partition by member_id, target, period_start_utc"
    return f"qualify row_number() over ({of_slot} order by issued_at_utc desc, _made_at_utc desc) = 1"


def _check_members(reader: Connection, members: Sequence[str]) -> None:
    """Refuse members of whom the lake knows nothing.

    Raises:
        ValueError: there is such a one.
    """
    known = {member for (member,) in reader.execute(MEMBERS).fetchall()}
    if unknown := sorted(set(members) - known):
        raise ValueError(
            f"There is no member {', '.join(map(repr, unknown))}. Name members of gold.member_version, with commas "
            "between, or leave --members out."
        )


def _nothing(reader: Connection) -> str:
    """Say that nothing is stored of what was asked for, and what is."""
    first, last = reader.execute(EXTENT).fetchall()[0]
    if first is None:
        return "No features are stored. `wattlake forecast` stores them, unless WATTLAKE_FORECAST_FEATURE_DAYS is 0."
    stored = f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    return (
        f"No features are stored of that. There are those of slots from {stored}; older ones go after "
        "WATTLAKE_FORECAST_FEATURE_DAYS."
    )
