"""Record each run as one row of ``ops.run``, and name it in every line of the log."""

import json
import logging
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import duckdb

from wattlake.lake.contracts import listed
from wattlake.lake.errors import told
from wattlake.lake.runs.running import Note, broken_off, forget, noted
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import written_by
from wattlake.lake.times import naive_utc

_current: ContextVar[str] = ContextVar("run", default="-")
logger = logging.getLogger("wattlake.runs")
BROKEN_OFF = "It was killed, or the lake could not be written to. What it had committed stays."
OF_FORECASTS = ("forecast", "group_forecast", "price_forecast", "surplus_advice", "forecast_feature_issued")
FORECASTS = tuple(f"gold.{name}" for name in OF_FORECASTS)  # all else in gold is built, or booked
_SAID = ("source", "table", "days", "rows", "seconds")


@dataclass
class Run:
    """One run of a flow or command while it lasts.

    Attributes:
        run_id: its identifier.
        name: the flow or command.
        started_at_utc: when it started.
        rows: rows written by table.
        seconds: time spent by table.
        message: what ``ops.run`` says of it; by default what was written.
    """

    run_id: str
    name: str
    started_at_utc: datetime
    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    message: str = ""

    def wrote(self, table: str, rows: int, seconds: float) -> None:
        """Count rows written to a table."""
        self.rows[table] = self.rows.get(table, 0) + rows
        self.seconds[table] = self.seconds.get(table, 0.0) + seconds

    def total(self, *layers: str) -> int:
        """Count rows written to the tables of some layers, without forecasts."""
        return sum(rows for table, rows in self.rows.items() if table.startswith(layers) and table not in FORECASTS)

    @property
    def forecast(self) -> int:
        """Count rows of forecasts, and of advice on them."""
        return sum(rows for table, rows in self.rows.items() if table in FORECASTS)


@contextmanager
def recorded(lake: Lake, name: str, clock: Callable[[], datetime]) -> Iterator[Run]:
    """Record the block as a run, however it ends; if that fails, the next run records it.

    Args:
        lake: the lake; it is made where there is none.
        name: the flow or command.
        clock: reads the time.
    """
    lake.create()
    for note in broken_off(lake.settings):
        lake.write(partial(_store_broken_off, note=note))
        forget(lake.settings, note)
    run = Run(uuid.uuid4().hex[:12], name, clock())
    note = Note(run.run_id, name, run.started_at_utc.isoformat())
    token, signature = _current.set(run.run_id), written_by.set((name, run.run_id))
    with noted(lake.settings, note):
        try:
            yield run
        except BaseException as error:
            _store_failure(lake, run, clock(), note, told(error) or type(error).__name__)
            raise
        else:
            _store(lake, run, clock(), "completed", run.message or _what_was_written(run))
            forget(lake.settings, note)
        finally:
            _current.reset(token)
            written_by.reset(signature)


def _store_failure(lake: Lake, run: Run, ended_at_utc: datetime, note: Note, message: str) -> None:
    """Store the row of a failed run; log what prevents it, for the run's own error matters."""
    try:
        _store(lake, run, ended_at_utc, "failed", message)
        forget(lake.settings, note)
    except (duckdb.Error, OSError) as error:
        logger.warning("the run's row could not be stored: %s", told(error))


def _store(lake: Lake, run: Run, ended_at_utc: datetime, status: str, message: str) -> None:
    values = [
        run.run_id, run.name, naive_utc(run.started_at_utc), naive_utc(ended_at_utc), status,
        run.total("bronze."), run.total("silver.", "gold."), run.forecast, message,
    ]  # fmt: skip
    insert = f"insert into ops.run ({listed('ops.run')}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    lake.write(lambda connection: connection.execute(insert, values))


def _store_broken_off(connection: Connection, note: Note) -> None:
    """Store the row of a run that could not, unless it had stored its own before its end."""
    connection.execute(
        """
        insert into ops.run by name
        select
            $run_id as run_id, $name as name, $started as started_at_utc, 'broken off' as status,
            (select coalesce(sum(rows), 0) from ops.landing where run_id = $run_id) as rows_landed,
            $message as message
        where $run_id not in (select run_id from ops.run)
        """,
        {"run_id": note.run_id, "name": note.name, "started": naive_utc(note.started_at_utc), "message": BROKEN_OFF},
    )


def _what_was_written(run: Run) -> str:
    if not any(run.rows.values()):
        return "Nothing was new."
    forecast = run.forecast
    return f"Landed {run.total('bronze.'):,}, built {run.total('silver.', 'gold.'):,}, forecast {forecast:,} rows."


class Format(logging.Formatter):
    """A format of log lines: time, level, run, message, then source, table, rows, seconds."""

    def __init__(self, as_json: bool) -> None:
        """Write lines for people, or for machines as JSON."""
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Write one line, and a traceback where there is one."""
        fields = {name: getattr(record, name) for name in _SAID if hasattr(record, name)}
        at = datetime.fromtimestamp(record.created, UTC)
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        if self._as_json:
            head = {"time": at.isoformat(), "level": record.levelname, "run": _current.get()}
            return json.dumps(head | fields | {"message": record.getMessage() + trace}, default=str)
        pairs = " ".join(f"{name}={value}" for name, value in fields.items())
        return (
            f"{at:%H:%M:%S} {record.levelname.lower()} run={_current.get()} {record.getMessage()} {pairs}".rstrip()
            + trace
        )


def configure_logging(log_format: str) -> None:
    """Send Wattlake's log to standard error."""
    logger = logging.getLogger("wattlake")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for handler in [ours for ours in logger.handlers if isinstance(ours.formatter, Format)]:
        logger.removeHandler(handler)
    to_standard_error = logging.StreamHandler(sys.stderr)
    to_standard_error.setFormatter(Format(log_format == "json"))
    logger.addHandler(to_standard_error)
