"""Load sinks: read the lake at one snapshot, replace in the target what differs, record it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from time import perf_counter

import duckdb

from wattlake.lake.build.change_feed import Changes
from wattlake.lake.errors import told
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import changes_since, difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.loads import Load, LoadedTable, record
from wattlake.lake.sinks.postgres.target import postgres
from wattlake.lake.sinks.source import Loaded, Source, read_source
from wattlake.lake.sinks.tables import SinkTable, tables_of
from wattlake.lake.sinks.target import Opener, Target
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

Watch = Callable[[Iterable["LoadedTable"], str], Iterable["LoadedTable"]]


def _delta(connection: Connection, sink: Sink) -> AbstractContextManager[Target]:
    from wattlake.lake.sinks.delta.target import delta  # Who loads no such sink does not wait for its library.

    return delta(connection, sink)


def _files(connection: Connection, sink: Sink) -> AbstractContextManager[Target]:
    from wattlake.lake.sinks.files import files

    return files(connection, sink)


KINDS: Mapping[str, Opener] = {"postgres": postgres, "delta": _delta, "files": _files}


def unwatched(tables: Iterable[LoadedTable], _what: str) -> Iterable[LoadedTable]:
    """Pass the tables on, and show nobody."""
    return tables


def export(
    lake: Lake, sink: Sink, run_id: str, now_utc: datetime, *, anew: bool = False, watch: Watch = unwatched
) -> Load:
    """Bring a sink up to date with the lake.

    The load is recorded in ``ops.export``, also one that fails.

    Args:
        lake: the lake.
        sink: the sink.
        run_id: names the run in ``ops``.
        now_utc: when the load begins.
        anew: replace all that the sink holds, whatever it says of it.
        watch: passes the tables on as they are loaded, and shows somebody how far they came.

    Raises:
        SinkError: the sink cannot be loaded; where its target has transactions, nothing of the load is there.
    """
    started = perf_counter()
    try:
        load = _load(lake, sink, anew, watch)
    except BaseException as error:
        with suppress(duckdb.Error, OSError):  # The first error matters.
            record(lake, sink, run_id, now_utc, perf_counter() - started, told(error) or type(error).__name__)
        raise
    record(lake, sink, run_id, now_utc, perf_counter() - started, load)
    return load


def export_each(sinks: Sequence[Sink], load: Callable[[Sink], object]) -> None:
    """Load some sinks, each by itself: one that fails stops no other.

    Raises:
        SinkError: some failed; what each of them said.
    """
    failures = []
    for sink in sinks:
        try:
            load(sink)
        except SinkError as error:
            failures.append(str(error))
    if failures:
        raise SinkError(" ".join(failures))


def _load(lake: Lake, sink: Sink, anew: bool, watch: Watch) -> Load:
    tables = tables_of(sink)
    connection = lake.reader()
    try:
        with KINDS[sink.kind](connection, sink) as target:
            target.prepare(tables)
            connection.execute("begin")
            try:
                source = read_source(connection)
                target.begin(tables, anew)
                before = target.loaded(tables)
                changes = changes_since(source, tables, before.values())
                loaded = list(watch(_load_tables(source, target, tables, before, changes), f"export {sink.name}"))
                target.finish()
                connection.execute("select 1")  # The commit of a transaction that an error aborted would raise nothing.
                connection.execute("commit")
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("rollback")
                raise
        return Load(sink, source.snapshot_id, loaded, _remark(source, before, changes is None))
    finally:
        connection.close()


def _load_tables(
    source: Source,
    target: Target,
    tables: Sequence[SinkTable],
    before: Mapping[str, Loaded],
    changes: Changes | None,
) -> Iterator[LoadedTable]:
    for number, table in enumerate(tables, 1):
        started = perf_counter()
        differing = difference(source, table, before.get(table.table), changes, target.unit)
        rows = target.replace(source, differing)
        yield LoadedTable(differing, rows, perf_counter() - started, number, len(tables))


def _remark(source: Source, before: Mapping[str, Loaded], has_no_feed: bool) -> str:
    """Say why all slices of all tables were compared, where they were and it is no first load."""
    if not before or not has_no_feed:
        return ""
    if any(each.lake_id != source.lake_id for each in before.values()):
        return " It was loaded from another lake before, so all of it was compared."
    return " The snapshot it was loaded from is not kept any more, so all of it was compared."
