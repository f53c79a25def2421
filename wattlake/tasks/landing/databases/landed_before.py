"""Leave out of the rows just read from a database those that were landed before."""

from collections.abc import Sequence
from pathlib import Path

import zstandard

from wattlake.lake.sql import Connection, named, quoted, scalar, types_of
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.databases.earlier import Earlier
from wattlake.tasks.landing.databases.reading import ROWS, Stretch
from wattlake.tasks.sources import Database

LANDED = "temp.landed_rows"


def leave_out_landed(
    connection: Connection, lake: Lake, described: Database, stretch: Stretch, landings: Sequence[Earlier], folder: Path
) -> int:
    """Take out of the rows that were read those that were landed before; give how many are left.

    Of what is read whole, all rows are left where one of them is new or gone.

    Args:
        connection: that holds the rows.
        lake: with the archive of what was landed.
        described: the source.
        stretch: the rows that were read.
        landings: the earlier ones.
        folder: takes the files of the archive.
    """
    relevant = _overlapping(described, stretch, landings) if stretch.rows else []
    if not relevant:
        return stretch.rows
    _open(connection, Storage(lake.settings), relevant, folder)
    before = scalar(connection, f"select count(*) from {LANDED}")
    connection.execute(f"create or replace temp table new_rows as {_new_rows(connection, described)}")
    new = scalar(connection, "select count(*) from temp.new_rows")
    if not described.watermark:
        return 0 if new == 0 and before == stretch.rows else stretch.rows
    connection.execute("create or replace temp table read_rows as from temp.new_rows")
    return new


def _overlapping(described: Database, stretch: Stretch, landings: Sequence[Earlier]) -> list[Earlier]:
    if not described.watermark:
        return [*landings[-1:]]
    first, last = stretch.first, stretch.last
    return [each for each in landings if each.last >= first and each.first <= last]  # type: ignore[operator]


def _open(connection: Connection, archive: Storage, landings: Sequence[Earlier], folder: Path) -> None:
    """Make the rows of landings a relation, each with the number of its landing."""
    files = {}
    for landing in landings:
        file = folder / f"{landing.landing_id}.parquet"
        with archive.reading(landing.archive_path) as packed, file.open("wb") as unpacked:
            zstandard.ZstdDecompressor().copy_stream(packed, unpacked)
        files[landing.landing_id] = file
    selects = (f"select *, {number} as _landing_id from {quoted(str(file))}" for number, file in files.items())
    connection.execute(f"create or replace temp view landed_rows as {' union all by name '.join(selects)}")


def _new_rows(connection: Connection, described: Database) -> str:
    """Write the SELECT of the rows that were read and not landed.

    Of equal rows, those beyond the landed ones are meant.
    """
    read, landed = types_of(connection, ROWS), types_of(connection, LANDED)
    shared = [name for name in read if name in landed and name != "_landing_id"]
    values = ", ".join(named(name) for name in shared)
    typed = ", ".join(f"try_cast({named(name)} as {read[name]}) as {named(name)}" for name in shared)
    newest = ""
    if described.key:
        key = ", ".join(map(named, described.key))
        newest = f"qualify row_number() over (partition by {key} order by _landing_id desc) = 1"
    return f"""
        with landed as (
            select row({values}) as values, row_number() over (partition by {values}) as copy
            from (select {typed} from (select * from {LANDED} {newest}))
        ),
        read as (select row({values}) as values, row_number() over (partition by {values}) as copy, * from {ROWS})
        select * exclude (values, copy) from read anti join landed
            on read.copy = landed.copy and read.values is not distinct from landed.values
    """
