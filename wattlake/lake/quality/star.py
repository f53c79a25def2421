"""Check the star of the days that were written: keys are there, once, and in dimensions.

Its views have no ``period_start_utc`` that would let files be skipped, so they are made here over tables that show only
those days. Facts and dimensions make keys of the same slots: a key of these days is in the dimension of these days.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from wattlake.lake.contracts import columns, spec
from wattlake.lake.contracts.promises import Dimension
from wattlake.lake.models.graph import fill, models, views
from wattlake.lake.models.would_be import with_relations
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.rows import faults_of
from wattlake.lake.quality.written import Days, Written
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, materialized, named, scalar

WRITTEN_WITH = {
    "star.dim_weather": "gold.weather_hourly",
    "star.dim_prices": "gold.grid_slot",
    "star.fact_energy_flow": "gold.energy_flow",
    "star.fact_energy_transactions": "gold.zone_slot",
    "star.fact_monthly_summary": "gold.member_bill_monthly",
}
"""The views that show days, each with a table whose days are written where its rows change.

The others, ``dim_time`` and ``dim_users``, show tables that are written, and checked, as a whole.
"""

DIMENSIONS = ("star.dim_time", "star.dim_users", "star.dim_weather", "star.dim_prices")


def check_star(
    connection: Connection,
    settings: Settings,
    written: Iterable[tuple[str, Written]],
    without: frozenset[str] = frozenset(),
) -> list[CheckResult]:
    """Check the star schema's rows of all days that were written.

    Args:
        connection: with the lake as its current database.
        settings: of the lake.
        written: the rows that were written, by table.
        without: views that cannot be read, because something that they are made from is lost.
    """
    days_of: dict[str, frozenset[date]] = {}
    for table, rows in written:
        if isinstance(rows, Days) and table in WRITTEN_WITH.values():
            days_of[table] = days_of.get(table, frozenset()) | rows.days
    days = frozenset[date]().union(*days_of.values())
    checked = [view for view, table in WRITTEN_WITH.items() if days_of.get(table) and view not in without]
    if not checked:
        return []
    shown: dict[str, str] = {}
    for view in (model.table for model in views() if model.layer == "star"):
        if (view in checked or view in DIMENSIONS) and view not in without:
            shown[view] = _show(connection, settings, view, Days(days), shown)
    return [result for view in checked for result in _check(connection, view, shown)]


def _show(connection: Connection, settings: Settings, view: str, days: Days, shown: dict[str, str]) -> str:
    """Keep the rows of a view that some days of its tables make."""
    relations = {}
    for table in models()[view].inputs:
        if table in shown:
            relations[table] = shown[table]
        elif "period_start_utc" in columns(table):
            relations[table] = shown[table] = _days_of(connection, table, days)
    sql = with_relations(fill(models()[view].sql, settings), relations)
    return materialized(connection, f"shown_{view.replace('.', '_')}", sql)


def _days_of(connection: Connection, table: str, days: Days) -> str:
    """Bound a table to some days; keep the rows of those that many views read.

    Each reading of the calendar takes 35 ms.
    """
    name, sql = f"days_of_{table.replace('.', '_')}", f"from {table} where {days.condition}"
    if table not in WRITTEN_WITH.values():
        return materialized(connection, name, sql)
    connection.execute(f"create or replace temp view {name} as {sql}")
    return f"temp.{name}"


def _check(connection: Connection, view: str, shown: Mapping[str, str]) -> Iterator[CheckResult]:
    rows, faults = shown[view], list(faults_of(view))
    counted = ", ".join(f"count(*) filter (where {fault.condition})" for fault in faults)
    seen, *counts = connection.execute(f"select count(*), {counted} from {rows}").fetchall()[0]
    for fault, failing in zip(faults, counts, strict=True):
        keys = failing_keys(connection, f"select * from {rows} where {fault.condition}") if failing else None
        yield CheckResult(fault.name, view, fault.severity, seen, failing, keys, fault.dimension)
    if key := ", ".join(named(name) for name in spec(view).key):
        repeated = f"select {key}, count(*) - 1 as failing from {rows} group by {key} having count(*) > 1"
        yield _result(connection, "key is unique", view, "uniqueness", seen, repeated)
    for column in columns(view).values():
        target, _, of = column.references.rpartition(".")
        if target in shown:
            name = named(column.name)
            orphans = (
                f"select {name}, count(*) as failing from {rows} where {name} is not null "
                f"and {name} not in (select {named(of)} from {shown[target]}) group by {name}"
            )
            check_name = f"{column.name} is in {column.references}"
            yield _result(connection, check_name, view, "consistency", seen, orphans)


def _result(
    connection: Connection, name: str, view: str, dimension: Dimension, seen: int, failing_rows: str
) -> CheckResult:
    failing = scalar(connection, f"select sum(failing) from ({failing_rows})")
    keys = failing_keys(connection, failing_rows) if failing else None
    return CheckResult(name, view, "fail", seen, failing, keys, dimension)
