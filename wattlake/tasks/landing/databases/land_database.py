"""Land what is new in somebody's database, stretch by stretch, each whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from wattlake.lake.contracts import contracts
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import Origin, land_payload
from wattlake.lake.sql import Connection, named, quoted, types_of
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.databases.connecting import at_one_snapshot, opened
from wattlake.tasks.landing.databases.earlier import Earlier, asked_of, earlier_landings, expect_none_since, look_from
from wattlake.tasks.landing.databases.fitting import fitted
from wattlake.tasks.landing.databases.landed_before import leave_out_landed
from wattlake.tasks.landing.databases.reading import ROWS, Stretch, read_stretch, tell_rows_without_watermark
from wattlake.tasks.sources import Database, Inbox, source

KEPT_TYPES = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE"),
    *("DECIMAL", "BOOLEAN", "DATE", "TIMESTAMP", "TIME", "VARCHAR", "BLOB"),
)
"""The types that every reader of Parquet knows, by their first words; others are archived as text."""


def land_database(lake: Lake, described: Database, origin: Origin) -> Iterator[tuple[int, bool]]:
    """Land the rows of a database that are new.

    Yields:
        After each landing: the rows landed, and whether nothing more was there.

    Raises:
        ValueError: the database could not be read, or a row does not fit; nothing of that landing was kept.
    """
    _expect_table(described)
    landings = earlier_landings(lake.reader(), described)
    after, is_end = look_from(described, landings), False
    with opened(described, lake.settings) as connection:
        while not is_end:
            with at_one_snapshot(connection, described):
                stretch = read_stretch(connection, described, after=after)
                if described.watermark and stretch.is_end:
                    tell_rows_without_watermark(connection, described)
            after, is_end = stretch.last, stretch.is_end
            with TemporaryDirectory(prefix="wattlake-database-") as folder:
                rows = leave_out_landed(connection, lake, described, stretch, landings, Path(folder))
                landed = _land(connection, lake, described, origin, stretch, Path(folder), landings) if rows else 0
            landings = earlier_landings(lake.reader(), described) if landed else landings
            yield landed, is_end


def _expect_table(described: Database) -> None:
    if not described.mapping and described.table not in contracts():
        raise ValueError(
            f"{described.file}: there is no table for its rows: give `[mapping]`, or describe {described.table} by "
            f"`[columns]` here or in models/bronze/{described.name}.toml."
        )


def _land(
    connection: Connection, lake: Lake, described: Database, origin: Origin, stretch: Stretch, folder: Path,
    landings: Sequence[Earlier],
) -> int:  # fmt: skip
    """Land the rows that were read, unless another run has landed some since; give how many."""
    file = folder / f"{described.name}.parquet"
    _write(connection, file, len(landings))
    in_turn = partial(expect_none_since, described=described, landings=landings)
    asked = replace(origin, asked=asked_of(described, stretch), expects=in_turn)
    if not described.mapping:
        body = file.read_bytes()
        try:
            rows = fitted(body, described.table)
        except ValueError as error:
            raise ValueError(f"{error} Nothing of this landing was kept.") from error
        return land_payload(lake, asked, file.name, body, "parquet", rows, asked=asked.asked)
    mapping_file = folder / "mapping.toml"
    mapping_file.write_text(described.mapping, encoding="utf-8")
    to = source(described.landed_as)
    layouts = to.layouts if isinstance(to, Inbox) else ()
    try:
        return sum(rows for _, rows in land_files(lake, asked, [file], layouts, {file: mapping_file}))
    except UnreadableFileError as error:
        sentences = str(error).replace(str(mapping_file), f"{described.file}").replace(str(file), described.name)
        raise ValueError(f"{sentences} Nothing of this landing was kept.") from None


def _write(connection: Connection, file: Path, number: int) -> None:
    """Write the rows as Parquet, in an order of their own, with their types.

    The number of the landing is in the file, so that rows which come back after others are a landing of their own.
    """
    kinds = types_of(connection, ROWS)
    odd = [name for name, kind in kinds.items() if not kind.startswith(KEPT_TYPES) or kind.endswith("]")]
    as_text = ", ".join(f"cast({named(name)} as varchar) as {named(name)}" for name in odd)
    columns = f"* replace ({as_text})" if odd else "*"
    connection.execute(
        f"copy (select {columns} from {ROWS} order by all) to {quoted(str(file))} "
        f"(format parquet, compression zstd, kv_metadata {{landing: '{number}'}})"
    )
