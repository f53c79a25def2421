"""A consumer of a real Mosquitto, killed between commit and acknowledgement, doubles and loses nothing."""

import json
import time
from datetime import UTC, datetime, timedelta
from threading import Event as Stopped

import pytest

from benchmarks.torture.points import arm
from benchmarks.torture.processes import await_end, start, warm
from benchmarks.torture.streams import AFTER
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.mqtt.transport import MqttTransport
from wattlake.tasks.streaming.running import run_stream

FIRST = datetime(2026, 11, 30, 10, tzinfo=UTC)
SECONDS = 120


def clock() -> datetime:
    return datetime.now(UTC)


def minute(number: int) -> bytes:
    begins = (FIRST + timedelta(minutes=number)).isoformat()
    message = {"meter_id": "m1", "period_start_utc": begins, "period_seconds": 60, "energy_kwh": "0.01"}
    return json.dumps(message | {"direction": "consumption"}).encode()


def die_after_the_commit(settings: Settings) -> None:
    arm(AFTER)
    for _ in run_stream(Lake(settings), clock, Stopped()):
        pass


def asked(settings: Settings, query: str) -> list[tuple]:
    lake = Lake(settings, read_only=True)
    try:
        return lake.reader().execute(query).fetchall()
    finally:
        lake.close()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_what_was_committed_and_not_acknowledged_is_there_once(folder_settings, mosquitto):
    topics = {"energy_meters": "killed/meters/#"}
    values = {"broker": mosquitto.address, "name": "killed", "topics": topics, "batch_seconds": 0.5}
    settings = folder_settings.model_copy(update={"stream": Stream.model_validate(values)})
    transport = MqttTransport(settings.stream, clock)
    transport.open({})
    transport.close()
    mosquitto.send("killed/meters/m1", [minute(number) for number in range(5)])
    # This one has no time of its own.
    mosquitto.send("killed/meters/plug/status/switch:0", [b'{"id": 0, "apower": 8.9}'])

    process = warm().Process(target=die_after_the_commit, args=(settings,))
    start(process)
    assert await_end(process, SECONDS) == -9
    committed = asked(settings, "select count(*) from bronze.meter_events")
    assert committed[0][0] > 0

    mosquitto.send("killed/meters/m1", [minute(5)])
    stopped, until = Stopped(), time.monotonic() + SECONDS
    for step in run_stream(Lake(settings), clock, stopped):
        if (not step.committed and not step.waiting) or time.monotonic() > until:
            stopped.set()
    counted = "select quantity, count(*), coalesce(sum(energy_kwh), 0)::varchar from silver.meter_event group by all"
    assert sorted(asked(settings, counted)) == [("energy", 6, "0.060000"), ("power", 1, "0.000000")]
    assert asked(settings, "select count(*) from bronze.meter_events") == [(7,)], "nothing was committed again"
    assert asked(settings, "select sum(energy_kwh)::varchar from gold.window_5min") == [("0.060000",)]
