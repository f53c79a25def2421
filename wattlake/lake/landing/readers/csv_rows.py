"""The reader of CSV files: DuckDB inserts their rows into bronze.

What is no line of its file is landed as one text.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from wattlake.lake.contracts import columns
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.inbox_file import File, text_columns
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.sql import Connection, named, quoted


def insert_rows(connection: Connection, origin: Origin, files: dict[int, File]) -> None:
    """Insert the rows of files with one header into bronze, in the caller's transaction.

    The files are keyed by the numbers of their landings.

    Raises:
        UnreadableFileError: a file is not CSV; none of the rows is to be kept.
    """
    header = next(iter(files.values())).header
    known = text_columns(origin.source)
    known_columns = [named(name) for name in header if name in known]
    left_out = [named(name) for name in header if name not in known]
    # All columns must be read: DuckDB 1.5 breaks down, and the process with it, where it leaves one out and finds bytes
    # that are not UTF-8 in one behind it.
    all_are_read = f"where length(concat({', '.join(left_out)})) >= 0" if left_out else ""
    landings = ", ".join(f"({quoted(str(file.path))}, {landing_id})" for landing_id, file in files.items())
    try:
        connection.execute(
            f"""
            insert into bronze.{origin.source} by name
            select {", ".join(known_columns)}, landings._landing_id, ? as _fetched_at_utc
            from {_read_csv(list(files.values()))} as lines
            inner join (values {landings}) as landings (filename, _landing_id) using (filename)
            {all_are_read}
            """,
            [origin.fetched_at],
        )
    except duckdb.Error as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise
        raise _fault_of_a_file(files.values()) or error from error
    _insert_broken_lines(connection, origin, landings)


def _read_csv(files: Sequence[File]) -> str:
    """Write DuckDB's call that reads files of one header as text."""
    names = ", ".join(f"{quoted(name)}: 'varchar'" for name in files[0].header)
    paths = ", ".join(quoted(_without_wildcards(file.path)) for file in files)
    return f"""read_csv(
        [{paths}], columns = {{{names}}}, header = true, auto_detect = false, delim = ',', quote = '"',
        escape = '"', null_padding = true, filename = true, ignore_errors = true, store_rejects = true
    )"""


def _fault_of_a_file(files: Iterable[File]) -> UnreadableFileError | None:
    """Find the first file that cannot be read by itself.

    There is none where the fault is the lake's or the disk's.
    """
    for file in files:
        with duckdb.connect() as connection:
            try:
                connection.execute(f"select count(columns(*)) from {_read_csv([file])}").fetchall()
            except duckdb.Error as error:
                reason = shown(" ".join(re.split(r"Original Line|Possible ", str(error))[0].split()), 200)
                return UnreadableFileError(str(file.path), f"is not readable as CSV. {reason}")
    return None


def _without_wildcards(path: Path) -> str:
    """Write a path for DuckDB, so that wildcards in it stand for themselves."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def _insert_broken_lines(connection: Connection, origin: Origin, landings: str) -> None:
    """Land the lines that DuckDB set aside in the first column, up to 1,000 characters each.

    A file that a quote swallows is refused.
    """
    swallowed = connection.execute(
        """
        select file_path, line from reject_errors inner join reject_scans using (scan_id, file_id)
        where error_type = 'UNQUOTED VALUE' order by all limit 1
        """
    ).fetchone()
    if swallowed:
        path, line = swallowed
        raise UnreadableFileError(path, f"is not readable as CSV: the quote in line {line} is never closed. Close it.")
    first = next(name for name in columns(f"bronze.{origin.source}") if not name.startswith("_"))
    connection.execute(
        f"""
        insert into bronze.{origin.source} by name
        select csv_line[:1000] as {named(first)}, landings._landing_id, ? as _fetched_at_utc
        from (select distinct file_path, line, csv_line from reject_errors join reject_scans using (scan_id, file_id))
        inner join (values {landings}) as landings (file_path, _landing_id) using (file_path)
        """,
        [origin.fetched_at],
    )
    connection.execute("drop table reject_errors; drop table reject_scans")
