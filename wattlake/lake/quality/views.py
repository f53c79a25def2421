"""Check what views over written tables show: their joins leave nothing empty that is given.

Days are checked in the tables already. A view that shows the rows of a table one by one says so in its contract: what
is given there is given here, so nothing is read again. Of any other only the given columns are looked for. A view shows
no row twice as long as the register's entries do not overlap, which is checked there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from wattlake.lake.contracts import columns, spec
from wattlake.lake.models.graph import views
from wattlake.lake.quality.gates import answers, rows_in
from wattlake.lake.quality.results import CheckResult
from wattlake.lake.quality.rows import Fault, faults_of, results_of_scan, scan_of
from wattlake.lake.quality.written import Days, WholeTable, Written
from wattlake.lake.sql import Connection


def written_whole(written: Iterable[tuple[str, Written]], without: frozenset[str]) -> list[str]:
    """List the views over tables that were written as a whole; not those in ``without``."""
    tables = {table for table, rows in written if isinstance(rows, WholeTable)}
    return [model.table for model in views() if model.inputs & tables and model.table not in without]


def check_days(
    connection: Connection,
    written: Sequence[tuple[str, Written]],
    seen: Mapping[str, int],
    without: frozenset[str] = frozenset(),
) -> list[CheckResult]:
    """Check the views of periods over days that were written, all in one statement.

    Args:
        connection: with the lake as its current database.
        written: the rows that were written, by table.
        seen: how many rows of a table were held to its contract.
        without: views that cannot be read.
    """
    days = _days_by_view(written, without)
    shown = [view for view in days if spec(view).shows in seen]
    read = {view: rows_in(view, Days(days[view])) for view in days if not spec(view).shows}
    scans = [scan_of(view, rows, _must_be_given(view), has_key=False) for view, rows in read.items()]
    results = [result for view in shown for result in _implied(view, seen[spec(view).shows])]
    for (view, rows), (counted, faulty, _) in zip(read.items(), answers(connection, scans), strict=True):
        results += results_of_scan(connection, view, rows, _must_be_given(view), counted, faulty)
    return results


def _days_by_view(written: Iterable[tuple[str, Written]], without: frozenset[str]) -> dict[str, frozenset[date]]:
    """Find the days that views of periods show anew."""
    periodic = [model for model in views() if "period_start_utc" in columns(model.table)]
    days: dict[str, frozenset[date]] = {}
    for table, rows in written:
        if isinstance(rows, Days):
            for view in (model.table for model in periodic if table in model.inputs and model.table not in without):
                days[view] = days.get(view, frozenset()) | rows.days
    return days


def _must_be_given(view: str) -> list[Fault]:
    return [fault for fault in faults_of(view) if fault.dimension == "completeness"]


def _implied(view: str, seen: int) -> list[CheckResult]:
    """List what holds of a view because it holds of the table whose rows it shows."""
    return [
        CheckResult(fault.name, view, fault.severity, seen, 0, None, fault.dimension) for fault in _must_be_given(view)
    ]
