"""A lake in DuckLake's tables: connect, write in one transaction, read at one snapshot."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from wattlake.lake.errors import typed_conflicts
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, use_lake
from wattlake.lake.store.column_bounds import widen_committed
from wattlake.lake.store.connection import attachment, connect, current_snapshot
from wattlake.lake.store.file_hashes import forget_removed, hash_committed, new_hashes, newest_file, store_hashes
from wattlake.lake.store.file_modes import open_catalog, set_mask
from wattlake.lake.store.identity import IdentityError, claim, establish, expect_no_files, is_marked, read_catalog_mark
from wattlake.lake.store.snapshots import AsOf, kept_snapshot, sign
from wattlake.lake.store.tables import create_locks, create_tables, describe_empty_tables, is_whole
from wattlake.lake.store.views import are_views_described, create_views

Result = TypeVar("Result")

NO_DATABASE = (
    "The database that WATTLAKE_CATALOG names does not exist on its server. `wattlake init` makes it, and the lake; or "
    "correct the name."
)


class LakeNotFoundError(LookupError):
    """There is no lake at the place the settings name."""


class NothingToDoError(Exception):
    """A step found nothing to write; its transaction and the lock it took are rolled back."""


class Lake:
    """One lake: its connection, its transactions, its tables."""

    def __init__(self, settings: Settings, read_only: bool = False, as_of: AsOf | None = None) -> None:
        """Name a lake; nothing is opened or made before it is needed.

        Args:
            settings: where the lake is.
            read_only: attach it so that nothing can be written through this object.
            as_of: read every table and view as of this snapshot or instant; nothing can be written.
        """
        set_mask(settings)
        self.settings = settings
        self._read_only = read_only or as_of is not None
        self._as_of = as_of
        self._connection: Connection | None = None
        self._hashed_up_to: int | None = None

    def exists(self) -> bool:
        """Say whether the lake has been made."""
        try:
            self._open(create=False)
        except LakeNotFoundError:
            return False
        return True

    def create(self) -> None:
        """Make the lake, every table of a contract and every view; what is there stays as it is.

        Raises:
            IdentityError: files of a lake are there already, and the catalog is not theirs.
        """
        with suppress(LakeNotFoundError, IdentityError):  # Another process may be making it just now.
            self._open(create=False)
        if self._connection is None:
            self._make_folders()
            with self._writers_lock():
                self._open(create=True)
            if not self.settings.is_postgres:
                open_catalog(self.settings)
        if is_whole(self.reader(), self.settings) and are_views_described(self.reader()):
            return
        self.write(create_tables)
        self.write(partial(create_views, settings=self.settings))
        if self.settings.is_postgres:
            self.write(create_locks)
        else:  # On PostgreSQL, two who make the lake at once would both write them.
            self.change_catalog(describe_empty_tables)

    def has_tables(self) -> bool:
        """Say whether there is a catalog with tables, marked as the folder's own or not."""
        with connect(self.settings) as connection:
            return self._attached(connection) and read_catalog_mark(connection).has_tables

    def claim(self, takes_over: bool = False) -> None:
        """Mark the folder as this catalog's own, after a move or where the mark is missing.

        Args:
            takes_over: let a catalog without tables have a folder with the files of one that is lost.

        Raises:
            IdentityError: the folder is another lake's, or holds none of the files that the catalog names.
        """
        self.close()
        self._make_folders()
        with self._writers_lock():
            connection = connect(self.settings)
            try:
                connection.execute(attachment(self.settings, create=takes_over, read_only=False))
                claim(self.settings, connection, takes_over)
            finally:
                connection.close()

    def reader(self) -> Connection:
        """Give a cursor with the lake as its current database; each thread needs its own.

        Raises:
            LakeNotFoundError: the lake has not been made yet.
            AsOfError: it is to be read as of a snapshot that is not there.
        """
        cursor = self._open(create=False).cursor()
        use_lake(cursor)
        return cursor

    def write(self, step: Callable[[Connection], Result], lock: str = "") -> Result:
        """Run a step in one transaction: all that it writes becomes visible at once, or nothing.

        With a SQLite catalog one writer at a time holds a file lock for the whole transaction. With PostgreSQL a
        transaction that conflicts with another's is run anew, so a step must check for itself what is left to do.

        Args:
            step: what to do with the connection; it neither begins nor commits.
            lock: ``build``, ``forecast``, ``settlement`` or a source. With PostgreSQL, of two steps with one lock that
                overlap only the first commits, even where neither touches a row of the other's (both fill one day).
        """
        if not self.settings.is_postgres:
            with self._writers_lock():
                return self._attempt(step)
        from wattlake.lake.store.taking_turns import anew_after_conflicts

        return anew_after_conflicts(self._attempt, step, lock)

    def hash_files(self) -> int:
        """Hash the tables' files that have no hash and forget those gone; give how many it hashed."""
        connection = self.reader()
        hashes = new_hashes(connection, self.settings)
        self.change_catalog(forget_removed)
        self.change_catalog(partial(store_hashes, hashes=hashes))
        return len(hashes)

    def change_catalog(self, step: Callable[[Connection], Result]) -> Result:
        """Run a step on the catalog's own tables, while a SQLite catalog has no other writer."""
        with nullcontext() if self.settings.is_postgres else self._writers_lock():
            return step(self.reader())

    def snapshot_id(self) -> int:
        """Give the snapshot that is read: the newest; commits change it, and nothing else does."""
        return current_snapshot(self.reader())

    def close(self) -> None:
        """Close the connection; what comes next opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, step: Callable[[Connection], Result], lock: str = "") -> Result:
        connection = self.reader()
        if self._hashed_up_to is None:
            self._hashed_up_to = newest_file(connection)
        connection.execute("begin")
        try:
            sign(connection)
            if lock:
                connection.execute(f"update ops.lock_{lock} set taken = taken + 1")
            result = step(connection)
            connection.execute("select 1")  # The commit of a transaction that an error aborted would raise nothing.
            with typed_conflicts():
                connection.execute("commit")
            self._look_after_files(connection, self._hashed_up_to)
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            connection.close()
        return result

    def _look_after_files(self, connection: Connection, after_file: int) -> None:
        newest = newest_file(connection)
        if newest > after_file:
            widen_committed(connection, after_file)
            if not self.settings.is_remote:
                hash_committed(connection, self.settings, after_file)
        self._hashed_up_to = newest

    def _writers_lock(self) -> AbstractContextManager[object]:
        from wattlake.lake.store.taking_turns import writers_lock  # Who only reads does not wait for its libraries.

        return writers_lock(self.settings)

    def _open(self, create: bool) -> Connection:
        if self._connection is None:
            connection = connect(self.settings)
            try:
                if not self._attached(connection):
                    expect_no_files(self.settings)
                    if not create:
                        raise LakeNotFoundError(self._missing())
                    connection.execute(attachment(self.settings, create, self._read_only))
                if not is_marked(self.settings, connection):
                    if not create:
                        raise LakeNotFoundError(self._missing())
                    establish(self.settings, connection)
                self._go_back(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _attached(self, connection: Connection) -> bool:
        """Attach the lake's catalog; give ``False`` where there is none."""
        if not (self.settings.is_postgres or self.settings.catalog_file.exists()):
            return False
        try:
            connection.execute(attachment(self.settings, create=False, read_only=self._read_only))
        except (duckdb.InvalidInputException, duckdb.CatalogException) as error:
            if "does not exist" not in str(error):
                raise
            return False
        except duckdb.IOException as error:
            if not re.search('database ".*" does not exist', str(error)):
                raise
            raise LakeNotFoundError(NO_DATABASE) from error
        return True

    def _make_folders(self) -> None:
        if not self.settings.is_remote:
            Path(self.settings.data).mkdir(parents=True, exist_ok=True)
        self.settings.local_folder.mkdir(parents=True, exist_ok=True)
        if not self.settings.is_postgres:
            self.settings.catalog_file.parent.mkdir(parents=True, exist_ok=True)

    def _go_back(self, connection: Connection) -> None:
        """Attach the lake anew as of the snapshot that is to be read."""
        if self._as_of is not None:
            snapshot = kept_snapshot(connection, self._as_of)
            connection.execute("detach lake")
            connection.execute(attachment(self.settings, create=False, read_only=True, snapshot_id=snapshot))

    def _missing(self) -> str:
        at = self.settings.data
        return f"There is no lake at {at} yet. Run `wattlake run` to fill it, or `wattlake demo` to try it."


def _roll_back(connection: Connection) -> None:
    with suppress(duckdb.Error):  # A failed commit rolled back itself; where the catalog is gone, the first error says.
        connection.execute("rollback")
