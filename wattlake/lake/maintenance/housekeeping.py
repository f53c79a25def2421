"""Housekeeping: files are merged, and old snapshots go with the files only they needed."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import polars as pl

from wattlake.lake.landing.archive_register import publish
from wattlake.lake.maintenance.bounds import widen
from wattlake.lake.maintenance.compaction import Compacted, compact, table_names
from wattlake.lake.maintenance.file_removal import ORPHANS_PCT, Removed, remove_orphans
from wattlake.lake.maintenance.scheduled_files import remove_scheduled
from wattlake.lake.maintenance.snapshot_expiry import expire, move_on
from wattlake.lake.maintenance.stream_maintenance import pack_archive
from wattlake.lake.store.identity import expect_removal_allowed
from wattlake.lake.store.lake import Lake, NothingToDoError

ORPHANS_AFTER = timedelta(days=1)
"""The age at which an unneeded file is removed: a read that is as long may look at it."""


NOTHING_REMOVED = Removed(0)


@dataclass(frozen=True)
class HousekeepingStep:
    """The progress of housekeeping, and the outcome of its last step.

    Attributes:
        done: steps that are done: one for each table, and the last for snapshots and files.
        total: steps in all.
        tidied: what became of a table's files.
        snapshots_expired: the number of snapshots that went.
        removed: the numbers of files that went and that were left.
    """

    done: int
    total: int
    tidied: Compacted | None = None
    snapshots_expired: int = 0
    removed: Removed = NOTHING_REMOVED


@dataclass(frozen=True)
class Maintained:
    """The outcome of housekeeping: counts of files and snapshots, and each table's files."""

    tables: tuple[Compacted, ...]
    snapshots_expired: int
    files_removed: int
    files_left: int = 0
    bytes_left: int = 0

    @classmethod
    def of(cls, steps: list[HousekeepingStep]) -> "Maintained":
        """Add up the outcomes of all steps."""
        return cls(
            tuple(step.tidied for step in steps if step.tidied),
            sum(step.snapshots_expired for step in steps),
            *map(sum, zip(*(step.removed for step in steps), strict=True)),
        )

    @property
    def files_before(self) -> int:
        """The number of data files of all tables before housekeeping."""
        return sum(table.files_before for table in self.tables)

    @property
    def files_after(self) -> int:
        """The number of data files of all tables after housekeeping."""
        return sum(table.files_after for table in self.tables)

    def __str__(self) -> str:
        """Describe the outcome in a sentence, or two where files were left."""
        done = (
            f"{self.files_before} data files became {self.files_after}, {self.snapshots_expired} snapshots expired, "
            f"{self.files_removed} files were removed."
        )
        if not self.files_left:
            return done
        return (
            f"{done} {self.files_left:,} files ({self.bytes_left / 1e6:,.1f} MB) that the catalog does not name were "
            "left, because they are a large share of the lake. If broken-off writes left them, and not a catalog that "
            "is older than they are: `wattlake maintain --orphans-pct 100`."
        )

    def changed(self) -> pl.DataFrame:
        """List the changed tables: ``table``, files and bytes before and after, ``rewritten`` files."""
        rows = [vars(table) for table in self.tables if table.is_changed]
        return pl.DataFrame(rows, schema=list(Compacted.__dataclass_fields__), orient="row")


def maintain(
    lake: Lake, now_utc: datetime, retention: timedelta | None = None, orphans_pct: float = ORPHANS_PCT
) -> Maintained:
    """Do all of ``keep_house`` and give its outcome."""
    return Maintained.of(list(keep_house(lake, now_utc, retention, orphans_pct)))


def present(lake: Lake, clock_utc: datetime) -> datetime:
    """Give the time to count retention from: a clock's, or if earlier that of the newest commit."""
    newest = lake.reader().execute("select max(snapshot_time) from ducklake_snapshots('lake')").fetchone()
    return min(clock_utc, newest[0]) if newest and newest[0] else clock_utc  # A clock may be ahead.


def keep_house(
    lake: Lake, now_utc: datetime, retention: timedelta | None = None, orphans_pct: float = ORPHANS_PCT
) -> Iterator[HousekeepingStep]:
    """Compact files, expire old snapshots and remove files that nothing needs any more.

    A snapshot is old once it is older than the retention. No row changes, and neither does any snapshot that is kept.
    Files go a day after the last snapshot that needed them, and so do those that a killed write left behind. The
    snapshots up to which gold and the ledger are complete are kept, and every later one: the next build and settlement
    start from them. Where nothing is left to do from one, it is moved on to the newest first.

    Args:
        lake: the lake.
        now_utc: the present.
        retention: how far back a read can go; by default as the settings say.
        orphans_pct: of all bytes of tables, the share that files may have which the catalog does not name, to be
            removed in one go.

    Yields:
        After each table and at the end, what was done.

    Raises:
        LiveFileError: DuckLake would remove a file that is needed.
        IdentityError: the folder's files are another catalog's.
    """
    expect_removal_allowed(lake.settings, lake.reader())
    widen(lake)  # A kill may have come between the rewriting of a table's files and this.
    before_utc = now_utc - (timedelta(days=lake.settings.retention_days) if retention is None else retention)
    tables = table_names(lake.reader())
    for done, table in enumerate(tables, 1):
        yield HousekeepingStep(done, len(tables) + 1, compact(lake, table))
    for (source,) in lake.reader().execute("select distinct source from ops.landing").fetchall():
        publish(lake, source)
    pack_archive(lake)
    with suppress(NothingToDoError):
        lake.write(partial(move_on, before_utc=before_utc), lock="build")
    expired = lake.write(partial(expire, before_utc=before_utc))
    removed = _remove_files(lake, before_utc=now_utc - ORPHANS_AFTER, orphans_pct=orphans_pct)
    lake.hash_files()
    yield HousekeepingStep(len(tables) + 1, len(tables) + 1, None, expired, removed)


def _remove_files(lake: Lake, *, before_utc: datetime, orphans_pct: float) -> Removed:
    """Remove the files that no kept snapshot has needed since a time, and older orphans."""
    scheduled = lake.change_catalog(partial(remove_scheduled, settings=lake.settings, before_utc=before_utc))
    remove = partial(remove_orphans, settings=lake.settings, before_utc=before_utc, orphans_pct=orphans_pct)
    orphans = lake.write(remove)
    return orphans._replace(files=orphans.files + scheduled)
