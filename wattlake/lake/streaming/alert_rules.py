"""The rules by which a stream's batches open, prolong and end alerts, as they are committed."""

from datetime import datetime
from functools import partial

import pyarrow as pa

from wattlake.lake.models.parameters import fill_in
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, literal, materialized, quoted
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.alert_bounds import Connections, Limits
from wattlake.lake.streaming.alert_numbers import PARAMETERS
from wattlake.lake.streaming.alerts import ALERTS, Seen, replace_alerts
from wattlake.lake.streaming.offsets import of_stream
from wattlake.lake.streaming.steps import step_sql
from wattlake.lake.streaming.windows import keep_near_windows
from wattlake.lake.times import naive_utc

SERIES = "ops.stream_series"
CHANGED = "from alert_change union all by name from silence_change"
RULES = ("impossible", "clock_skew", "frozen", "statistical")
"""The rules that judge event by event, or window by window; that of silent meters looks at the clock."""
NO_EVENTS = """
select
    null::varchar as meter_id, null::varchar as quantity, null::boolean as is_ahead, null::boolean as is_late,
    null::timestamp as event_at_utc, null::timestamp as event_end_utc, null::timestamp as previous_end_utc
where false
"""
"""What the rule of silent meters reads of a batch, where there is none."""


class AlertRules:
    """The rules of one stream; what they know of its meters is in the lake."""

    def __init__(self, stream_name: str, settings: Settings) -> None:
        """Name the stream, and the settings whose bounds hold."""
        self.stream_name = stream_name
        self._settings = settings
        self._connections, self._limits = Connections(settings), Limits(settings)

    def __call__(self, connection: Connection, seen: Seen) -> pa.Table:
        """Judge a batch within its commit.

        Returns:
            The rows of ``gold.live_alert`` that began, ended or were corrected.
        """
        now_utc = naive_utc(seen.now_utc)
        self._open(connection, is_known=seen.is_known)
        self._connections.keep(connection, is_known=seen.is_known)
        self._run(connection, "alert_event", now_utc=now_utc)
        self._run(connection, "series_event", now_utc=now_utc)
        self._keep_windows(connection, now_utc, is_known=seen.is_known)
        _keep_alerts(connection)
        for step in ("stored_alert", *RULES, "series_moved", "series_after", "silence"):
            self._run(connection, step, now_utc=now_utc)
        for step in ("point", "alert_stretch", "standing_alert", "alert_change", "silence_change"):
            self._run(connection, step, now_utc=now_utc)
        self._replace_series(connection, seen.own_rows)
        return replace_alerts(connection, CHANGED, seen.landing_id)

    def judge_silence(self, lake: Lake, landing_id: int, *, now_utc: datetime) -> pa.Table:
        """Open alerts of meters that fell silent, where nothing comes that would be a batch.

        Args:
            lake: the lake; nothing is written where no meter fell silent.
            landing_id: the newest landing of the stream.
            now_utc: the time.

        Returns:
            The rows of ``gold.live_alert`` that began.
        """
        step = partial(self._judge_silence, landing_id=landing_id, now_utc=naive_utc(now_utc))
        silent = step(lake.reader(), is_only_look=True)
        return lake.write(step) if silent.num_rows else silent

    def _judge_silence(
        self, connection: Connection, *, landing_id: int, now_utc: datetime, is_only_look: bool = False
    ) -> pa.Table:
        self._open(connection)
        materialized(connection, "series_after", "from series")
        materialized(connection, "series_event", NO_EVENTS)
        self._run(connection, "silence", now_utc=now_utc)
        materialized(connection, "kept_alert", f"select * from {ALERTS} where rule = 'missing'")
        for step in ("stored_alert", "silence_change"):
            self._run(connection, step, now_utc=now_utc)
        if is_only_look:
            return connection.execute("from silence_change").to_arrow_table()
        materialized(connection, "alert_change", "select * from silence_change where false")
        return replace_alerts(connection, CHANGED, landing_id)

    def _run(self, connection: Connection, name: str, *, now_utc: datetime) -> None:
        of_settings = {
            "connection_kw": self._settings.connection_kw,
            "quantile": self._settings.anomaly_quantile,
            "now_utc": now_utc,
        }
        materialized(connection, name, fill_in(step_sql(name), PARAMETERS | of_settings))

    def _open(self, connection: Connection, *, is_known: bool = False) -> None:
        in_lake = f"select * exclude (stream_name) from {SERIES} {of_stream(self.stream_name)}"
        materialized(connection, "series", "from known_series" if is_known else in_lake)

    def _keep_windows(self, connection: Connection, now_utc: datetime, *, is_known: bool) -> None:
        """Keep the members' windows that the batch touched, and the limits of their days."""
        keep_near_windows(connection, is_known=is_known)
        self._run(connection, "member_window", now_utc=now_utc)
        self._limits.keep(connection, now_utc)

    def _replace_series(self, connection: Connection, own_rows: str) -> None:
        """Replace the stream's series as a whole: so they stay in one file.

        Rows of a part would leave a file with deleted ones at each batch.
        """
        connection.execute(f"delete from {SERIES} {own_rows}")
        connection.execute(
            f"insert into {SERIES} by name select {quoted(self.stream_name)} as stream_name, * from series_after"
        )


def _keep_alerts(connection: Connection) -> None:
    """Keep the alerts that a batch may end or correct: open ones, and those of its time."""
    ((first,),) = connection.execute(
        "select least((select min(event_at_utc) from alert_event), (select min(period_start_utc) from member_window))"
    ).fetchall()
    reach = f"or ended_at_utc >= {literal(first)}" if first else ""
    standing = f"ended_at_utc is null {reach}"
    materialized(connection, "kept_alert", f"select * from {ALERTS} where {standing}")
