"""Points at which a process ends itself with SIGKILL, named here and nowhere in the product."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, NoReturn

import duckdb

from wattlake.lake.store.files import Storage


@dataclass(frozen=True)
class Point:
    """A point of a work.

    Attributes:
        name: what has been done there and what has not, for people.
        at: ``before`` or ``after`` a statement, ``during`` or ``after`` the archiving of a file (without a statement),
            or at the ``end`` of the work, when everything is done and nobody has heard of it.
        statement: how the statement begins, as a regular expression.
        behind: how one begins that is to have run before; nothing where the first will do.
    """

    name: str
    at: str
    statement: str = ""
    behind: str = ""


ARCHIVING = Point("while the raw file is archived", "during")
ARCHIVED = Point("after the raw file is archived", "after")
BEFORE_COMMIT = Point("before bronze is committed", "before", "commit", behind="insert into ops.landing")
AFTER_COMMIT = Point("after bronze is committed", "after", "commit", behind="insert into ops.landing")

POINTS: dict[str, tuple[Point, ...]] = {
    "file": (ARCHIVING, ARCHIVED, BEFORE_COMMIT, AFTER_COMMIT),
    "answer": (ARCHIVED, BEFORE_COMMIT, AFTER_COMMIT, ARCHIVING),
    "build": (
        Point("in the middle of a silver model", "before", "insert into silver"),
        Point("in the middle of a gold model", "before", "insert into gold.energy_balance_daily"),
        Point("before a build is committed", "before", "commit"),
        Point("between the chunks of a build", "after", "commit"),
        Point("between delete and insert of gold", "after", "delete from gold.energy_flow"),
        Point("after a build is committed", "end"),
    ),
    "settle": (
        Point("in the middle of a settlement", "before", "insert into gold.settled_trade"),
        Point("before a settlement is committed", "before", "commit"),
        Point("after a settlement is committed", "after", "commit"),
    ),
    "maintain": (
        Point("in the middle of a compaction", "after", "call ducklake_(merge_adjacent|rewrite_data)_files"),
        Point("in the middle of an expiry", "after", "call ducklake_expire_snapshots"),
        Point("in the middle of removing files", "before", "delete from .*ducklake_files_scheduled_for_deletion"),
        Point("after orphans are removed", "after", "call ducklake_delete_orphaned_files"),
        Point("after a compaction is committed", "after", "commit"),
    ),
    "make": (
        Point("after the catalog is attached", "after", "attach"),
        Point("before the tables are committed", "before", "commit"),
        Point("after the tables are committed", "after", "commit"),
        Point("in the middle of the tables", "after", "create table"),
    ),
}


def die() -> NoReturn:
    """End this process as ``kill -9`` does: nothing is flushed, released or told."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody outlives SIGKILL")


def arm(point: Point, act: Callable[[], object] = die) -> None:
    """Make this process do something at a point, once; by default it dies."""
    if point.statement:
        _act_at_statement(point, act)
    elif point.at != "end":
        _act_archiving(point.at, act)


def _act_at_statement(point: Point, act: Callable[[], object]) -> None:
    execute = duckdb.DuckDBPyConnection.execute
    statement, behind = (re.compile(r"\s*" + each, re.IGNORECASE) for each in (point.statement, point.behind))
    was_before, has_acted = not point.behind, False

    def execute_until(connection: duckdb.DuckDBPyConnection, query: str, *more: Any) -> Any:  # noqa: ANN401
        nonlocal was_before, has_acted
        is_the_one = was_before and not has_acted and bool(statement.match(query))
        has_acted = has_acted or is_the_one
        if is_the_one and point.at == "before":
            act()
        result = execute(connection, query, *more)
        if is_the_one and point.at == "after":
            act()
        was_before = was_before or bool(behind.match(query))
        return result

    duckdb.DuckDBPyConnection.execute = execute_until  # type: ignore[method-assign]


def _act_archiving(at: str, act: Callable[[], object]) -> None:
    writing = Storage.writing

    @contextmanager
    def writing_until(storage: Storage, name: str) -> Iterator[IO[bytes]]:
        with writing(storage, name) as file:
            yield _Torn(file) if at == "during" else file  # type: ignore[misc]
        Storage.writing = writing  # type: ignore[method-assign]
        act()

    Storage.writing = writing_until  # type: ignore[method-assign]


class _Torn:
    """A file of which the first half is written, and then the process dies."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, content: bytes) -> NoReturn:
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        die()
