"""What a message sets off is at a webhook and in the topics within seconds; after a kill once more in the topics."""

import itertools
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from harness.lake_steps import REGISTER_HEADER, land, written
from tests.support.streams import NOW, batch_of, power
from tests.support.webhook import listening_webhook
from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.stream_settings import Stream as StreamOfSettings
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.messages import Position
from wattlake.tasks.streaming.going_out import GoingOut
from wattlake.tasks.streaming.kafka.transport import KafkaTransport
from wattlake.tasks.streaming.running import run_stream

PATIENCE_SECONDS = 60
MOST_SECONDS = 15
"""Three times what is promised, for a machine that has much else to do."""


def clock() -> datetime:
    return datetime.now(UTC)


def reading(kwh: str, at: datetime) -> bytes:
    start = at - timedelta(minutes=5)
    fields = {"meter_id": "m1", "period_start_utc": start.isoformat(), "period_seconds": 300, "energy_kwh": kwh}
    return json.dumps(fields | {"direction": "consumption"}).encode()


@pytest.fixture
def topics(kafka):
    names = {kind: kafka.create(f"{kind}-{uuid.uuid4().hex}") for kind in ("meters", "updates", "odd")}
    return {"energy_meters": names["meters"], "dashboard_updates": names["updates"], "anomalies": names["odd"]}


def published(described, topic, count):
    """The keys and payloads of a topic, once there are so many."""
    transport = KafkaTransport(described.model_copy(update={"topics": Topics(energy_meters=topic)}), clock)
    transport.open({Position(topic, 0): 0})
    messages, deadline = [], time.monotonic() + PATIENCE_SECONDS
    while len(messages) < count and time.monotonic() < deadline:
        messages += transport.receive(100, 0.2)
    transport.close()
    return [(message.key.decode(), json.loads(message.payload)) for message in messages]


def test_an_alert_is_at_its_addresses_within_seconds_and_what_was_published_last_comes_again(
    kafka, topics, calendar_lake
):
    described = StreamOfSettings.model_validate(
        {"broker": f"kafka://{kafka.bootstrap}", "topics": topics, "batch_seconds": 0.5}
    )
    with listening_webhook() as webhook:
        update = {"stream": described, "alert": {"desk": AlertAddress(webhook.address)}}
        calendar_lake.settings = calendar_lake.settings.model_copy(update=update)
        stopped, sent_at, seconds = Event(), None, None
        for _ in run_stream(calendar_lake, clock, stopped):
            if sent_at is None:
                kafka.send(topics["energy_meters"], [reading("0.25", clock()), reading("75.5", clock())])
                sent_at = time.monotonic()
            elif webhook.posts or time.monotonic() > sent_at + PATIENCE_SECONDS:
                seconds = time.monotonic() - sent_at
                stopped.set()
        assert [post["title"] for post in webhook.posts] == ["impossible: m1"]
        assert seconds < MOST_SECONDS

        stopped = Event()
        for _ in run_stream(calendar_lake, clock, stopped):
            stopped.set()
        assert len(webhook.posts) == 1

    alerts = published(described, topics["anomalies"], 2)
    assert alerts[0] == alerts[1]
    key, alert = alerts[0]
    assert key == f"{alert['landing_id']}/{alert['alert_id']}"
    assert (alert["rule"], alert["observed_value"], alert["ended_at_utc"]) == ("impossible", 75.5, None)
    windows = published(described, topics["dashboard_updates"], 4)
    assert {key for key, _ in windows[: len(windows) // 2]} == {key for key, _ in windows[len(windows) // 2 :]}
    assert sum(float(window["energy_kwh"]) for window in dict(windows).values()) == pytest.approx(75.5)


def test_the_register_says_what_a_connection_carries_and_a_later_one_says_it_anew(calendar_lake, tmp_path):
    rules, numbers = AlertRules("kafka", calendar_lake.settings), itertools.count()

    def register(kw: str) -> None:
        line = f"anna,anna-m,anna-p,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,,{kw}"
        land(calendar_lake, "members", written(tmp_path / f"{kw}.csv", f"{REGISTER_HEADER},connection_kw", [line]))

    def take(watts: str) -> list[tuple[bool, str]]:
        number = next(numbers)
        batch = batch_of([power("anna-m", NOW + number * timedelta(seconds=10), watts)], first_offset=number)
        alerts = commit_batch(calendar_lake, Stream("kafka", "run", rules=rules), batch, now_utc=NOW).alerts
        return [(row["ended_at_utc"] is None, row["evidence"].rpartition(" of ")[2]) for row in alerts.to_pylist()]

    register("10")
    assert take("11000") == []
    assert take("11001") == [(True, "10 kW carries")]
    register("12")
    assert take("13200") == [(False, "10 kW carries")]
    assert take("13201") == [(True, "12 kW carries")]


def test_meters_that_fall_silent_are_found_while_nothing_comes_each_once(calendar_lake):
    rules = AlertRules("kafka", calendar_lake.settings)
    events = [power("m1", NOW + number * timedelta(seconds=10), str(300 + number)) for number in range(6)]
    last = NOW + timedelta(seconds=50)
    commit_batch(calendar_lake, Stream("kafka", "run", rules=rules), batch_of(events, received=last), now_utc=last)
    now = last
    topics = Topics(anomalies="odd")
    described = StreamOfSettings(name="kafka", topics=topics)
    going_out = GoingOut(calendar_lake, described, rules, lambda: now)
    before = calendar_lake.snapshot_id()

    now = last + timedelta(seconds=60)
    assert going_out.of_idle() == []
    now = last + timedelta(seconds=69)
    # It was looked at ten seconds ago.
    assert going_out.of_idle() == []
    assert calendar_lake.snapshot_id() == before, "to look writes nothing"
    now = last + timedelta(seconds=70)
    (record,) = going_out.of_idle()
    now = last + timedelta(seconds=90)
    assert going_out.of_idle() == []

    alert = json.loads(record.payload)
    assert record.key.decode() == f"{alert['landing_id']}/{alert['alert_id']}"
    assert (alert["rule"], alert["meter_id"], alert["limit_value"]) == ("missing", "m1", 60)
    assert alert["started_at_utc"] == f"{last:%Y-%m-%dT%H:%M:%S}Z"
    assert GoingOut(calendar_lake, described, rules, lambda: now).of_start() == [record]
