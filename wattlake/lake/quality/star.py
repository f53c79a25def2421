"""Check the star of the days that were written: keys are there, once, and in dimensions.

Its views have no ``period_start_utc`` that would let files be skipped, so they are made here over tables that show only
those days. Facts and dimensions make keys of the same slots: a key of these days is in the dimension of these days.

Of many days of energy the newest are looked at: they show whether its keys are made alike. What single rows can lack,
an entry of the member in the register, is looked for in the table that it is from. Other keys are those of dimensions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from wattlake.lake.contracts import columns, spec
from wattlake.lake.models.graph import fill, models, views
from wattlake.lake.models.would_be import with_relations
from wattlake.lake.quality.gates import Gate, Rows, answers
from wattlake.lake.quality.relations import reference
from wattlake.lake.quality.results import CheckResult
from wattlake.lake.quality.rows import faults_of, result_of_keys, results_of_scan, scan_of
from wattlake.lake.quality.written import Days, Written
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, materialized

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

ENERGY = "gold.energy_flow"
MOST_DAYS_OF_ENERGY = 7


def check_star(
    connection: Connection,
    settings: Settings,
    written: Iterable[tuple[str, Written]],
    without: frozenset[str] = frozenset(),
) -> list[CheckResult]:
    """Check the star's rows of the days that were written; of energy, of the newest of them.

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
    checked = [view for view, table in WRITTEN_WITH.items() if days_of.get(table) and view not in without]
    if not checked:
        return []
    days_of[ENERGY] = frozenset(sorted(days_of.get(ENERGY, ()))[-MOST_DAYS_OF_ENERGY:])
    every = Days(frozenset[date]().union(*days_of.values()))
    days = defaultdict(lambda: every, {ENERGY: Days(days_of[ENERGY])})
    shown: dict[str, str] = {}
    for view in (model.table for model in views() if model.layer == "star"):
        if (view in checked or view in DIMENSIONS) and view not in without:
            shown[view] = _show(connection, settings, view, days, shown)
    return list(_results(connection, checked, shown))


def _show(
    connection: Connection, settings: Settings, view: str, days: Mapping[str, Days], shown: dict[str, str]
) -> str:
    """Keep the rows of a view that some days of its tables make."""
    relations = {}
    for table in models()[view].inputs:
        if table in shown:
            relations[table] = shown[table]
        elif "period_start_utc" in columns(table):
            relations[table] = shown[table] = _days_of(connection, table, days[table])
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


def _results(connection: Connection, checked: list[str], shown: dict[str, str]) -> Iterator[CheckResult]:
    """Count what the keys of some views promise, of all of them in one statement."""
    rows = {view: Rows(shown[view]) for view in checked}
    faults = {view: list(faults_of(view)) for view in checked}
    gates = {view: list(_references(view, shown)) for view in checked}
    counted = iter(
        answers(
            connection,
            [
                query
                for view in checked
                for query in (
                    scan_of(view, rows[view], faults[view], bool(spec(view).key)),
                    *(gate.counted for gate in gates[view]),
                )
            ],
        )
    )
    for view in checked:
        seen, faulty, crowded_groups = next(counted)
        yield from results_of_scan(connection, view, rows[view], faults[view], seen, faulty)
        if spec(view).key:
            yield result_of_keys(connection, view, rows[view], seen, crowded_groups)
        for gate in gates[view]:
            yield gate.result(connection, view, *next(counted))


def _references(view: str, shown: dict[str, str]) -> Iterator[Gate]:
    """List the gates of a view's keys: each is in its dimension, where that can be read."""
    for column in columns(view).values():
        target = column.references.rpartition(".")[0]
        if target in shown:
            yield reference(Rows(shown[view]), column, shown[target])
