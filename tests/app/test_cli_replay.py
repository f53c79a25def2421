"""`wattlake replay` sends a lake's history, or a simulated community's, to a real broker, and lists what it planted."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from harness.kafka import KafkaCluster
from tests.support.origins import AFTER_STAGE
from wattlake.lake.settings import Settings
from wattlake.lake.streaming.messages import Message
from wattlake.tasks.streaming.reading import Reader
from wattlake.tasks.streaming.running import transport_of

SIMULATED = ("--simulated", "12", "--speed", "0")
DAY = ("--from", "2026-06-20", "--to", "2026-06-20")


@pytest.fixture
def topic(kafka: KafkaCluster, monkeypatch: pytest.MonkeyPatch) -> str:
    name = kafka.create(f"meters-{uuid.uuid4().hex}")
    monkeypatch.setenv("WATTLAKE_STREAM__BROKER", f"kafka://{kafka.bootstrap}")
    monkeypatch.setenv("WATTLAKE_STREAM__TOPICS__ENERGY_METERS", name)
    return name


@pytest.fixture
def received(topic: str) -> Callable[[int], list[Message]]:
    """A function that gives so many messages of the topic, and whatever comes within half a second after them."""

    def receive(count: int) -> list[Message]:
        transport = transport_of(Settings().stream, lambda: datetime.now(UTC))
        transport.open({})
        messages = list(transport.receive(count, 20))
        messages += transport.receive(1000, 0.5)
        transport.close()
        return messages

    return receive


def test_a_simulated_day_is_sent_and_every_message_can_be_read(wattlake, received, tmp_path):
    planted = tmp_path / "planted.json"
    said = wattlake("replay", *DAY, *SIMULATED, "--disturb", "impossible", "--disturb", "drop:2", "--planted", planted)
    messages = received(13 * 48 - 2)
    events = [event for message in messages for event in Reader(timezone="UTC").read(message)]
    [impossible] = [each for each in json.loads(planted.read_text()) if each["rule"] == "impossible"]

    assert said.code == 0, said.err
    assert f"Sent {13 * 48 - 2:,} messages." in said.out
    assert len(messages) == 13 * 48 - 2
    assert {event.quality for event in events} == {"simulated"}
    assert Counter(each["kind"] for each in json.loads(planted.read_text())) == {"drop": 2, "impossible": 1}
    assert [(e.meter_id, e.time) for e in events if e.value == "75.5"] == [
        (impossible["meter_id"], impossible["from_utc"])
    ]


def test_a_day_that_is_moved_to_now_ends_in_the_present(wattlake, received):
    said = wattlake("replay", *DAY, *SIMULATED, "--shift-to-now", "--step-minutes", "10")
    messages = received(13 * 144)
    ends = [
        datetime.fromisoformat(json.loads(message.payload)["period_start_utc"]) + timedelta(minutes=10)
        for message in messages
    ]

    assert said.code == 0, said.err
    assert len(messages) == 13 * 144
    assert timedelta(0) <= datetime.now(UTC) - max(ends) < timedelta(minutes=32)


def test_the_history_of_a_lake_is_sent_as_it_is(wattlake, received, copied_lake, monkeypatch):
    lake = copied_lake(AFTER_STAGE[1])
    monkeypatch.setenv("WATTLAKE_DATA", lake.settings.data)
    count, kwh = lake.reader().execute("select count(*), sum(energy_kwh) from silver.meter_reading").fetchone()
    said = wattlake("replay", "--from", "2013-01-30", "--to", "2013-01-31", "--speed", "0")
    events = [event for message in received(count) for event in Reader(timezone="UTC").read(message)]

    assert said.code == 0, said.err
    assert (len(events), sum(int(event.value.replace(".", "")) for event in events)) == (count, int(kwh * 10**6))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--disturb", "flood"), "`flood` is no disturbance that can be planted. Give some of drop, double"),
        (("--disturb", "drop:many"), "`drop:many` says no number."),
        (("--disturb", "drop:99"), "99 disturbances need as many meters of consumption"),
        (("--to", "2026-06-01"), "Give the earlier day first"),
    ],
)
def test_what_cannot_be_replayed_is_told(wattlake, topic, more, reason):
    said = wattlake("replay", *DAY, *SIMULATED, *more)

    assert said.code == 2
    assert reason in " ".join(said.err.split())


def test_a_stretch_without_readings_and_a_missing_broker_are_told(wattlake, copied_lake, topic, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", copied_lake(AFTER_STAGE[1]).settings.data)
    assert "There are no readings from 2026-06-20 00:00 to 2026-06-21 00:00 UTC" in wattlake("replay", *DAY).err
    monkeypatch.delenv("WATTLAKE_STREAM__BROKER")
    assert "no broker is named" in wattlake("replay", *DAY).err
