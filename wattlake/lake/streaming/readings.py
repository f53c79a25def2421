"""Closed windows of streams become readings: a meter file, landed before a build.

Landings are numbered within their source, and only that says which of two readings came later. So windows are landed
as files of ``smart_meters``: a corrected window supersedes the reading that it was, an operator's later file supersedes
both, a changed day is settled anew, all by the ways that there are; and the archive has what was settled.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.models.parameters import fill_in
from wattlake.lake.sql import Connection, literal, quoted, scalar
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import LICENCE
from wattlake.lake.streaming.steps import step_sql

SOURCE = "smart_meters"
FIRST_UTC = datetime(2000, 1, 1)  # noqa: DTZ001
"""The calendar begins then; UTC without an offset, as the lake stores it."""

MAPPING = """name = "{name}"
provenance = "{provenance}"

[columns]
meter = "meter_id"
datetime = "period_start_utc"
value = "energy_kwh"
quality = "quality"

[time]
format = "%Y-%m-%d %H:%M:%S"
zone = "UTC"
label = "start"
period_minutes = 15

[energy]
unit = "kWh"

[qualities]
measured = "measured"
estimated = "estimated"
substituted = "substituted"
"""
MAPPING_NAMES = {"measured": "live", "simulated": "live-simulated"}

CHANGED_SINCE = """
select time_bucket(interval 15 minutes, min(period_start_utc)) from gold.window_5min
where
    _landing_id > {landing_id} or period_start_utc > {closed_before}
    or meter_id in ({changed_meters})
"""
QUARTER = timedelta(minutes=15)


class Handed(NamedTuple):
    """How far windows have become readings: a landing of events, and its watermark."""

    landing_id: int
    watermark_utc: datetime


def land_readings(lake: Lake, run_id: str, *, now_utc: datetime) -> int:
    """Land the windows that were closed since it was done last, or changed since.

    Args:
        lake: the lake.
        run_id: the run that lands them.
        now_utc: the present.

    Returns:
        The readings that were landed.
    """
    connection = lake.reader()
    newest = scalar(connection, "select max(landing_id) from ops.stream_offset")
    before = scalar(connection, f"select max(last) from ({handed_over()})")
    has_new_meters = scalar(connection, f"select count(*) from ({changed_meters(before)})")
    if (newest == before and not has_new_meters) or (closed := watermark_at(connection, newest)) is None:
        return 0
    origin = Origin(SOURCE, LICENCE, now_utc, run_id)
    since, until = Handed(before, watermark_at(connection, before) or FIRST_UTC), Handed(newest, closed)
    with TemporaryDirectory(prefix="wattlake-live-") as folder:
        files = dict(_files(connection, Path(folder), since, until=until))
        return sum(rows for _, rows in land_files(lake, origin, list(files), (), files))


def handed_over() -> str:
    """Write the query of the files of windows that were landed, and how far each goes."""
    names = ", ".join(map(quoted, MAPPING_NAMES.values()))
    return (
        "select landing_id, cast(regexp_extract(name, '(\\d+)\\.csv$', 1) as bigint) as last from ops.landing "
        f"where source = '{SOURCE}' and mapping in ({names})"
    )


def changed_meters(since: int) -> str:
    """Write the query of the meters that the register tells otherwise since a landing of events."""
    return f"select meter_id from ops.stream_register where landing_id > 0 and landing_id >= {since}"


def watermark_at(connection: Connection, landing_id: int) -> datetime | None:
    """Find up to when windows were closed when a landing of events was committed."""
    rows = connection.execute(
        "select max(watermark_utc) from ops.stream_batch where landing_id <= ?", [landing_id]
    ).fetchall()
    closed: datetime | None = rows[0][0]
    return closed


def _files(connection: Connection, folder: Path, since: Handed, *, until: Handed) -> Iterator[tuple[Path, Path]]:
    """Write the closed windows of each provenance to a file, with a mapping beside it."""
    changed = CHANGED_SINCE.format(
        landing_id=since.landing_id,
        closed_before=literal(since.watermark_utc),
        changed_meters=changed_meters(since.landing_id),
    )
    # What is closed now may have begun a quarter-hour before what was closed last.
    ((first,),) = connection.execute(changed).fetchall()
    bounds: dict[str, datetime | int | str] = {"landing_id": since.landing_id, "closed_before_utc": since.watermark_utc}
    bounds |= {"closed_utc": until.watermark_utc}
    bounds |= {"from_utc": min(first or until.watermark_utc, since.watermark_utc - QUARTER)}
    for provenance, name in MAPPING_NAMES.items():
        file, mapping = folder / f"{name}-{since.landing_id + 1:08}-{until.landing_id:08}.csv", folder / f"{name}.toml"
        query = fill_in(step_sql("closed_quarter"), bounds | {"provenance": provenance})
        connection.execute(f"copy ({query}) to {quoted(str(file))} (format csv, header)")
        if file.read_bytes().count(b"\n") > 1:
            mapping.write_text(MAPPING.format(name=name, provenance=provenance), encoding="utf-8")
            yield file, mapping
