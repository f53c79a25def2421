"""Know which files of an inbox were taken: by name, size, and time or etag."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

import polars as pl

from wattlake.lake.landing.listing import Listed, Place
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc

MAPPING = "mapping.toml"
IS_MAPPING = f"(name = '{MAPPING}' or ends_with(name, '/{MAPPING}'))"
TABLE = "(name varchar, bytes bigint, changed varchar)"
UNTAKEN = """
    not exists (
        from ops.taken_file as taken
        where taken.source = $1 and taken.inbox = $2
            and (taken.name, taken.bytes, taken.changed) = (listed.name, listed.bytes, listed.changed)
    ) and not exists (
        from temp.left_alone as alone
        where (alone.name, alone.bytes, alone.changed) = (listed.name, listed.bytes, listed.changed)
    )
"""
SEEN_BEFORE = """
    exists (
        from temp.listed_before as before
        where (before.name, before.bytes, before.changed) = (listed.name, listed.bytes, listed.changed)
    )
"""


class Looks:
    """One look after the other at an inbox.

    What was seen is kept in temporary tables: of a million files, a few thousand are in memory at a time.
    """

    def __init__(self, lake: Lake, source: str, inbox: Place) -> None:
        """Look at the inbox of a source; nothing is listed yet."""
        self.source, self.inbox = source, inbox
        self._connection = lake.reader()
        for table in ("listed", "listed_before", "left_alone"):
            self._connection.execute(f"create temp table {table} {TABLE}")

    def close(self) -> None:
        """Forget what was seen."""
        self._connection.close()

    def look(self) -> None:
        """List the inbox anew.

        Raises:
            FileNotFoundError: there is no such place.
        """
        self._connection.execute(
            "drop table temp.listed_before; alter table temp.listed rename to listed_before; "
            f"create temp table listed {TABLE}"
        )
        for page in self.inbox.pages():
            _insert(self._connection, "temp.listed", page)

    def new(self, batch: int, *, unchanged_since_before: bool) -> Iterator[list[Listed]]:
        """Give the files that were not taken as they are now, some at a time, by their names.

        Files below a mapping that is new or has changed are new, too.

        Args:
            batch: how many at a time.
            unchanged_since_before: whether only files count that were the same at the look before.
        """
        folders = self._folders_of_changed_mappings()
        conditions = [f"starts_with(name, ${number})" for number in range(3, len(folders) + 3)]
        twice = SEEN_BEFORE if unchanged_since_before else "true"
        self._connection.execute(
            "create or replace temp table new_files as select *, row_number() over (order by name) - 1 as number "
            f"from temp.listed as listed where not {IS_MAPPING} and {twice} "
            f"and ({' or '.join([f'({UNTAKEN})', *conditions])})",
            [self.source, self.inbox.address, *folders],
        )
        for begin in range(0, scalar(self._connection, "select count(*) from temp.new_files"), batch):
            rows = self._connection.execute(
                f"select name, bytes, changed from temp.new_files where number between {begin} and {begin + batch - 1} "
                "order by number"
            )
            yield [Listed(*row) for row in rows.fetchall()]

    def leave_alone(self, files: Sequence[Listed]) -> None:
        """Look no more at files that cannot be read, as long as they are the same."""
        _insert(self._connection, "temp.left_alone", files)

    def mappings(self) -> list[Listed]:
        """List the mappings that lie in the inbox; they are few."""
        rows = self._connection.execute(f"select * from temp.listed where {IS_MAPPING} order by name")
        return [Listed(*row) for row in rows.fetchall()]

    def _folders_of_changed_mappings(self) -> list[str]:
        """Give the folders of new and changed mappings, as names of files below them begin."""
        rows = self._connection.execute(
            f"select name from temp.listed as listed where {IS_MAPPING} and {UNTAKEN} order by name",
            [self.source, self.inbox.address],
        )
        parents = [PurePosixPath(name).parent for (name,) in rows.fetchall()]
        return ["" if str(parent) == "." else f"{parent}/" for parent in parents]


def record_taken(
    lake: Lake, source: str, inbox: Place, files: Sequence[Listed], *, run_id: str, now_utc: datetime
) -> None:
    """Write down that files were taken as they are, in place of what was written of them before."""

    def step(connection: Connection) -> None:
        connection.execute(f"create or replace temp table taken_now {TABLE}")
        _insert(connection, "temp.taken_now", files)
        names = "name in (select name from temp.taken_now)"
        connection.execute(
            f"delete from ops.taken_file where source = ? and inbox = ? and {names}", [source, inbox.address]
        )
        connection.execute(
            "insert into ops.taken_file by name select *, ? as source, ? as inbox, ? as taken_at_utc, ? as run_id "
            "from temp.taken_now",
            [source, inbox.address, naive_utc(now_utc), run_id],
        )

    if files:
        lake.write(step, lock=source)


def _insert(connection: Connection, table: str, files: Sequence[Listed]) -> None:
    schema = {"name": pl.String, "bytes": pl.Int64, "changed": pl.String}
    connection.register("listed_files", pl.DataFrame(list(files), schema=schema, orient="row").to_arrow())
    connection.execute(f"insert into {table} select * from listed_files")
    connection.unregister("listed_files")
