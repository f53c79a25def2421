"""Make a stored forecast again, bit for bit, from the bronze that had been fetched by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from wattlake.lake.build.as_fetched import lake_as_fetched_by
from wattlake.lake.build.gold import Producer
from wattlake.lake.contracts import listed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.issue import all_foreseen, all_serving

NEWEST = """
    select issued_at_utc, _made_at_utc from gold.forecast
    where issued_at_utc <= ?
    order by issued_at_utc desc, _made_at_utc desc
    limit 1
"""


@dataclass(frozen=True)
class Replayed:
    """A forecast that was made again: its times, its rows, and how many are not as stored."""

    issued_at_utc: datetime
    made_at_utc: datetime
    rows: int
    differing: int


def replay_forecast(lake: Lake, producers: Mapping[str, Producer], as_of: datetime) -> Replayed:
    """Make the last forecast issued by a time again and compare it; nothing is stored.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        as_of: the time, UTC without an offset.

    Raises:
        ValueError: none was issued by then.
    """
    newest = lake.reader().execute(NEWEST, [as_of]).fetchone()
    if newest is None:
        raise ValueError(f"No forecast was issued by {as_of:%Y-%m-%d %H:%M} UTC. `wattlake forecast` makes one.")
    issued, made = newest
    with lake_as_fetched_by(lake, producers, made) as known:
        reader = known.reader()
        served = all_serving(reader, Storage(lake.settings), issued)
        issues = all_foreseen(reader, lake.settings, served, issued, made)
    rows = differing = 0
    for table, parts in issues.items():
        rows += sum(part.height for part in parts)
        differing += _differing(lake, table, pl.concat(parts, how="diagonal"), issued, made)
    return Replayed(issued, made, rows, differing)


def _differing(lake: Lake, table: str, again: pl.DataFrame, issued: datetime, made: datetime) -> int:
    """Count rows that are stored and did not come again, or the other way round.

    Only models count whose rows were stored then: what a model had issued before is not stored again by a later run of
    the same issue.
    """
    reader = lake.reader()
    reader.register("again", again.to_arrow())
    then = f"issued_at_utc = timestamp '{issued}' and _made_at_utc = timestamp '{made}'"
    by = "forecaster, forecaster_version" + (", target" if "target" in again.columns else "")
    stored = f"select {listed(table)} from {table} where {then}"
    anew = f"select {listed(table)} from again where ({by}) in (select ({by}) from {table} where {then})"
    return sum(
        reader.execute(f"select count(*) from ({left} except all {right})").fetchall()[0][0]
        for left, right in ((stored, anew), (anew, stored))
    )
