"""A stream from MQTT into the lake: gateways, prices and warnings; what comes twice is there once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event as Stopped

import pytest

from harness.mosquitto import Mosquitto
from tests.support.gateway_messages import shown_messages
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.batches import Committed, batch_of
from wattlake.lake.streaming.commit import Stream as StreamOfLake
from wattlake.lake.streaming.commit import commit_batch
from wattlake.tasks.streaming.mqtt.transport import MqttTransport
from wattlake.tasks.streaming.running import reading_of, run_stream

PRICES = b"""[
{"bidding_zone": "CH", "period_start_utc": "2026-11-30T10:00:00Z", "period_minutes": 60, "price_eur_per_mwh": 81.25},
{"bidding_zone": "CH", "period_start_utc": "2026-11-30T12:00:00+01:00", "period_minutes": 60,
 "price_eur_per_mwh": "-0.5"}
]"""
EVENTS = "select * exclude (received_at_utc) from silver.meter_event order by all"
STORM = b"""{"alert_id": "storm-1", "zone": "north", "severity": "Severe", "headline": "Gusts of 110 km/h",
"starts_utc": "2026-11-30T15:00:00Z", "ends_utc": "2026-11-30T21:00:00Z", "sent_utc": "2026-11-30T09:00:00Z"}"""


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def streamed_lake(
    folder_settings: Settings, mosquitto: Mosquitto, new_lake, request: pytest.FixtureRequest
) -> Iterator[Lake]:
    """An empty lake whose stream reads topics of its own, for which the broker keeps a session."""
    root = "s" + str(abs(hash(request.node.nodeid)))
    topics = {
        "energy_meters": f"{root}/meters/#",
        "spot_prices": f"{root}/prices",
        "weather_alerts": f"{root}/weather",
    }
    values = {"broker": mosquitto.address, "name": root, "topics": topics, "batch_seconds": 0.3}
    stream = Stream.model_validate(values)
    transport = MqttTransport(stream, clock)
    transport.open({})
    transport.close()
    yield new_lake(folder_settings.model_copy(update={"stream": stream, "timezone": "Europe/Berlin"}))


def consumed(lake: Lake, count: int) -> Committed:
    """Run the stream until it has taken so many messages; its last commit."""
    stopped, taken, until = Stopped(), 0, time.monotonic() + 20
    for step in run_stream(lake, clock, stopped):
        if step.committed:
            taken, last = taken + step.committed.messages, step.committed
        if taken >= count or time.monotonic() > until:
            stopped.set()
    assert taken == count
    return last


def rows(lake: Lake, query: str) -> list[tuple[object, ...]]:
    return lake.reader().execute(query).fetchall()


def committed_and_killed(lake: Lake, count: int) -> Committed:
    """Commit so many messages, as a consumer does that is killed before the broker hears of it."""
    stream = lake.settings.stream
    read, _ = reading_of(lake, clock, "run-1")
    transport = MqttTransport(stream, clock)
    transport.open({})
    messages = transport.receive(count, 5)
    assert len(messages) == count
    events = {number: read(message) for number, message in enumerate(messages) if message.payload[:7] != b"neither"}
    refusals = {number: "It is no JSON." for number in range(count) if number not in events}
    batch = batch_of(messages, events, refusals)
    committed = commit_batch(lake, StreamOfLake(stream.name, "run-1"), batch, now_utc=clock())
    transport.close()
    return committed


def test_gateways_are_read_and_what_comes_again_is_there_once(streamed_lake: Lake, mosquitto: Mosquitto) -> None:
    stream = streamed_lake.settings.stream
    shown = {topic: payload for topic, (payload, _) in shown_messages().items()}
    for topic, payload in shown.items():
        mosquitto.send(f"{stream.name}/meters/{topic}", [payload])
    mosquitto.send(f"{stream.name}/meters/x", [b"neither this nor that"])
    sent = len(shown) + 1

    first = committed_and_killed(streamed_lake, sent)
    kept = rows(streamed_lake, EVENTS)
    assert first.events - first.quarantined == len(kept) > 20

    # The broker sends all of it again, that which has no time of its own, too.
    mosquitto.send(f"{stream.name}/meters/x", [b"nor this"])
    assert consumed(streamed_lake, 1).refused == 1
    assert rows(streamed_lake, EVENTS) == kept
    mosquitto.send(f"{stream.name}/meters/x", [b"nor that"])
    assert consumed(streamed_lake, 1).refused == 1, "all was acknowledged"


def test_what_a_plug_without_a_clock_says_again_is_another_event(streamed_lake: Lake, mosquitto: Mosquitto) -> None:
    topic = f"{streamed_lake.settings.stream.name}/meters/plug/status/switch:0"
    payload = b'{"id": 0, "apower": 8.9, "aenergy": {"total": 6532.125}}'
    mosquitto.send(topic, [payload])
    committed_and_killed(streamed_lake, 1)
    mosquitto.send(topic, [payload])

    assert consumed(streamed_lake, 1).repeated == 0
    assert rows(streamed_lake, "select count(*) from silver.meter_event where quantity = 'power'") == [(2,)]


def test_prices_and_warnings_are_in_the_lake_with_their_batch(streamed_lake: Lake, mosquitto: Mosquitto) -> None:
    name = streamed_lake.settings.stream.name
    mosquitto.send(f"{name}/prices", [PRICES, PRICES, b'{"bidding_zone": "CH"}'])
    mosquitto.send(f"{name}/weather", [STORM, STORM.replace(b"21:00", b"22:00").replace(b"T09:00", b"T09:30")])
    committed = consumed(streamed_lake, 5)
    assert (committed.refused, committed.events) == (1, 0)
    assert rows(streamed_lake, "select distinct bidding_zone, start, minutes, price, unit from bronze.prices") == [
        ("CH", "2026-11-30T10:00:00Z", "60", "81.25", "EUR/MWh"),
        ("CH", "2026-11-30T12:00:00+01:00", "60", "-0.5", "EUR/MWh"),
    ]
    assert rows(streamed_lake, "select name, rows from ops.landing where source = 'prices'") == [("spot-prices.csv", 4)]
    (alert,) = rows(
        streamed_lake,
        "select rule, severity, zone, started_at_utc, ended_at_utc, detected_at_utc, evidence, _landing_id "
        "from gold.live_alert",
    )
    hours = [datetime(2026, 11, 30, hour, minute) for hour, minute in ((15, 0), (22, 0), (9, 30))]  # noqa: DTZ001
    assert alert == ("weather", "error", "north", *hours, "Gusts of 110 km/h", committed.landing_id)
