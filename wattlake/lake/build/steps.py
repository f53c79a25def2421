"""Bring landings to silver, and what has no periods up to date: a build's first steps."""

from collections.abc import Iterator
from datetime import date
from time import perf_counter

from wattlake.lake.build.actions import Chunk, TakeLandings
from wattlake.lake.build.own_functions import telling_of
from wattlake.lake.build.silver import empty, held_days, read_silver, write_silver
from wattlake.lake.build.transaction import Transaction, of_layer
from wattlake.lake.build.whole import make_anew
from wattlake.lake.landing.landed_mappings import runs_of_landings
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.models.graph import Model, fill, views
from wattlake.lake.quality import Rows, check, check_bronze, reconcile, reconcile_source, remark_on_readings
from wattlake.lake.quality.written import Landings
from wattlake.lake.store.views import describe_view

READINGS_AT_ONCE = 10_000_000


def next_chunk(work: Transaction) -> Chunk:
    """Choose the landings that a transaction reads into silver: some number of readings."""
    left = READINGS_AT_ONCE
    chunk = Chunk([], has_more=False)
    # The inputs of whole tables are read first and wholly: half a register would be a wrong one.
    of_whole = inputs_of_whole()
    for model in sorted(work.wanted("silver"), key=lambda model: model.table not in of_whole):
        is_bounded = model.table not in of_whole
        if is_bounded and left <= 0:
            chunk = chunk._replace(has_more=chunk.has_more or work.is_behind(model))
            continue
        landings = new_landings(work, model)
        taken: list[tuple[int, int]] = []
        while len(taken) < len(landings) and (left > 0 or not is_bounded):
            taken.append(landings[len(taken)])
            left -= taken[-1][1] if is_bounded else 0
        if taken or work.is_made_differently(model):
            ids = tuple(landing_id for landing_id, _ in taken)
            rows = sum(rows for _, rows in taken)
            chunk.takes.append(TakeLandings(model, ids, rows, work.is_made_differently(model)))
        chunk = chunk._replace(has_more=chunk.has_more or len(taken) < len(landings))
    return chunk


def take_landings(work: Transaction) -> bool:
    """Read new landings into silver, up to a number of readings; tell whether more are left."""
    chunk = next_chunk(work)
    for take in chunk.takes:
        if take.is_anew:
            start_anew(work, take.model)
        if take.landings:
            _read(work, take)
            work.has_read(take.model, take.landings[-1])
    _reconcile_sources(work)
    return chunk.has_more


def start_anew(work: Transaction, model: Model) -> None:
    """Empty a silver table, its quarantine and its counts, so that it reads all landings anew."""
    days = held_days(work.connection, model)
    if days is not None:
        empty(work.connection, model)
    work.note_anew(model, days)


def new_landings(work: Transaction, model: Model) -> list[tuple[int, int]]:
    """List the landings that a silver table is to read, with their rows, in order."""
    read_up_to = work.read_up_to(model)
    if work.newest_landing_of(model.source) <= read_up_to:
        return []
    return work.connection.execute(
        "select landing_id, rows from ops.landing where source = ? and landing_id > ? order by landing_id",
        [model.source, read_up_to],
    ).fetchall()


def build_whole_tables(work: Transaction) -> None:
    """Bring tables without periods up to date where inputs or their making changed."""
    for model in work.wanted("gold", by_period=False):
        is_due = work.is_made_differently(model) or work.changes.tables & model.inputs
        if is_due and (difference := make_anew(work, model)):
            work.changes.add(model.table, first_day=difference.first_day)


def define_views(work: Transaction) -> None:
    """Make the views of warehouse and star anew, where they are made differently."""
    for model in views():
        if work.is_made_differently(model):
            work.connection.execute(f"create or replace view {model.table} as {fill(model.sql, work.settings)}")
            describe_view(work.connection, model.table)
            work.note_made_today(model)
            work.has_new_register = True


def runs(work: Transaction, take: TakeLandings) -> list[tuple[tuple[int, int], AnyMapping | None]]:
    """Split landings into runs that are read alike; leave out those that are another table's."""
    ends = (take.landings[0], take.landings[-1])
    return [
        (run, mapping)
        for run, mapping in runs_of_landings(work.connection, work.mappings, take.model.source, ends)
        # Files with a mapping have readings, and no line of a register.
        if not mapping or take.model.table == mapping.TABLE
    ]


def _read(work: Transaction, take: TakeLandings) -> None:
    model, started, read = take.model, perf_counter(), Landings(take.landings[0], take.landings[-1])
    rows, days = 0, set[date]()

    def gate(coming: Rows) -> None:
        work.results += check(work.connection, model.table, read, coming)

    for run, mapping in runs(work, take):
        with (
            telling_of(model),
            read_silver(work.connection, model, work.settings, run, mapping, limits=work.limits) as coming,
        ):
            rows += write_silver(work.connection, model, coming, work.build_id, gate)
            days |= coming.days
    work.wrote(model, rows, read, started)
    if (source := (f"bronze.{model.source}", read)) not in work.written:
        work.written.append(source)
        work.results += check_bronze(work.connection, model.source, read)
    work.results.append(reconcile(work.connection, model.table))
    work.results += remark_on_readings(work.connection, model.table, read, work.build_id)
    if rows:
        work.changes.add(model.table, days, None if days else date.min)


def _reconcile_sources(work: Transaction) -> None:
    """Check that the silver tables of a source together read each landed row once."""
    for source, read_up_to in _read_by_all(work):
        work.results.append(reconcile_source(work.connection, source, read_up_to))


def _read_by_all(work: Transaction) -> Iterator[tuple[str, int]]:
    """Find the sources just read whose silver tables read equally far, with the last landing."""
    for source in sorted(table.removeprefix("bronze.") for table, _ in work.written if table.startswith("bronze.")):
        tables = [model.table for model in of_layer("silver") if model.source == source]
        read_up_to = {work.progress(table).landing_id for table in tables}
        if len(read_up_to) == 1:
            yield source, read_up_to.pop() or 0


def inputs_of_whole() -> frozenset[str]:
    """List the tables that tables without periods are made from."""
    return frozenset(table for model in of_layer("gold", by_period=False) for table in model.inputs)
