"""A stream over MQTT: what was sent while nobody read is kept, and what is sent twice is taken once."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from harness.mosquitto import Mosquitto
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.running import run_stream

BEGINS = "2026-03-01T10:00:00Z"


def taken(settings: Settings, count: int) -> int:
    """Run the stream until it took so many messages, or found none."""
    stopped, messages = Event(), 0
    for step in run_stream(Lake(settings), lambda: datetime.now(UTC), stopped):
        messages += step.committed.messages if step.committed else 0
        if messages >= count:
            stopped.set()
    return messages


def test_messages_of_meters_named_by_their_topic_become_windows(mosquitto: Mosquitto, tmp_path: Path):
    topics = {"energy_meters": "homes/{meter_id}/energy"}
    stream = {"broker": mosquitto.address, "name": "homes", "topics": topics, "batch_seconds": 0.2}
    settings = Settings(data=str(tmp_path / "lake"), stream=stream)
    assert taken(settings, 0) == 0, "from now on the broker keeps what comes"
    sent = json.dumps({"meter_id": "x", "period_start_utc": BEGINS, "period_seconds": 300, "energy_kwh": 0.5}).encode()
    mosquitto.send("homes/m-1/energy", [sent, sent])
    mosquitto.send("homes/m-2/energy", [sent])
    assert taken(settings, 3) == 3
    lake = Lake(settings, read_only=True)
    windows = "select meter_id, energy_kwh::varchar, event_count from gold.window_5min order by all"
    assert lake.reader().execute(windows).fetchall() == [("m-1", "0.500000", 1), ("m-2", "0.500000", 1)]
    offsets = "select topic, next_offset from ops.stream_offset order by all"
    assert lake.reader().execute(offsets).fetchall() == [("homes/m-1/energy", 2), ("homes/m-2/energy", 1)]
    lake.close()
