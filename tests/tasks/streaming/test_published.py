"""What a commit gives is published with a key by which doubles are dropped, and again after a kill."""

import json
from decimal import Decimal

import pyarrow as pa

from harness.lake_steps import stored
from wattlake.lake.stream_settings import Topics
from wattlake.tasks.streaming.published import records

WINDOWS = pa.Table.from_pylist(
    [
        {
            "meter_id": "m1",
            "direction": "consumption",
            "period_start_utc": stored(2026, 6, 1, 12, 5),
            "energy_kwh": Decimal("0.123456"),
            "mean_power_w": 1481.5,
            "quality": None,
            "_landing_id": 7,
        }
    ]
)
ALERTS = pa.Table.from_pylist(
    [{"alert_id": "ab12", "rule": "frozen", "ended_at_utc": stored(2026, 6, 1, 12, 5, 0, 250_000), "_landing_id": 7}]
)


def test_windows_and_alerts_are_keyed_by_commit_and_row_and_written_exactly():
    topics = Topics(dashboard_updates="updates", anomalies="odd, odd-too")

    window, *alerts = records(topics, 7, windows=WINDOWS, alerts=ALERTS)

    assert (window.topic, window.key) == ("updates", b"7/m1/consumption/2026-06-01T12:05:00Z")
    assert json.loads(window.payload) == {
        "landing_id": 7,
        "meter_id": "m1",
        "direction": "consumption",
        "period_start_utc": "2026-06-01T12:05:00Z",
        "energy_kwh": "0.123456",
        "mean_power_w": 1481.5,
        "quality": None,
    }
    assert [(alert.topic, alert.key) for alert in alerts] == [("odd", b"7/ab12"), ("odd-too", b"7/ab12")]
    assert json.loads(alerts[0].payload)["ended_at_utc"] == "2026-06-01T12:05:00.250Z"


def test_nothing_is_published_where_no_topic_is_named():
    assert records(Topics(), 7, windows=WINDOWS, alerts=ALERTS) == []
