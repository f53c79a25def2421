"""Windows of five minutes: those that a batch touches are made anew from silver."""

from datetime import datetime

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, literal
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


def _within(ends: tuple[datetime, datetime]) -> str:
    return f"period_start_utc between {literal(ends[0])} and {literal(ends[1])}"
