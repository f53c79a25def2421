"""Windows of five minutes: those that a batch touches are made anew from silver."""

from datetime import datetime

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, literal, materialized
from wattlake.lake.streaming.steps import PARAMETERS, run_step

TABLE = "gold.window_5min"
START = f"make_timestamp_ms(slot * {PARAMETERS['window_ms']})"
STEPS = ("period", "instant", "touched", "span", "part_sum", "quantity_sum", "instant_sum", "window_row")


def replace_windows(connection: Connection) -> pa.Table:
    """Make anew the windows that changed events touch, in the caller's transaction.

    It reads the temporary tables that ``take_events`` leaves.

    Returns:
        The rows that were written.
    """
    for step in STEPS:
        run_step(connection, step)
    names = listed(TABLE)
    ends = connection.execute(f"select min({START}), max({START}) from touched").fetchall()[0]
    if ends[0] is not None:
        touched = f"select meter_id, direction, {START} from touched"
        connection.execute(
            f"delete from {TABLE} where {_within(ends)} and (meter_id, direction, period_start_utc) in ({touched})"
        )
        connection.execute(f"insert into {TABLE} ({names}) select {names} from window_row")
    return connection.execute(f"select {names} from window_row").to_arrow_table()


def keep_near_windows(connection: Connection, *, is_known: bool) -> None:
    """Keep all meters' windows of the times that a batch touched in the table ``near_window``.

    Args:
        connection: in the transaction of a batch that replaced its windows.
        is_known: whether the table ``known_window`` is filled; it serves where it reaches over all of the times.
    """
    names = listed(TABLE)
    first, last = _ends(connection, "window_row")
    near = _within((first, last)) if first and last else "false"
    query = f"select {names} from {TABLE} where {near}"
    known_from, known_to = _ends(connection, "known_window") if is_known else (None, None)
    if first and last and known_from and known_to and known_from <= first and last <= known_to:
        query = (
            f"select {names} from known_window anti join window_row using (meter_id, direction, period_start_utc) "
            f"where {near} union all by name select {names} from window_row"
        )
    materialized(connection, "near_window", query)


def _ends(connection: Connection, table: str) -> tuple[datetime | None, datetime | None]:
    ((first, last),) = connection.execute(
        f"select min(period_start_utc), max(period_start_utc) from {table}"
    ).fetchall()
    return first, last


def _within(ends: tuple[datetime, datetime]) -> str:
    return f"period_start_utc between {literal(ends[0])} and {literal(ends[1])}"
