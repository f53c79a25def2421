"""The archive alone makes again what a stream brought, and the stream goes on after it."""

import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.lake_steps import fill_table, stored
from tests.support.origins import MADE
from wattlake.lake.landing import archive_register
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming import relanding
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.following import follow
from wattlake.lake.streaming.messages import Message, Position
from wattlake.lake.streaming.offsets import stored_offsets, stored_topic_ids
from wattlake.tasks.landing.relanding import refill_all, reland_all, reland_streams
from wattlake.tasks.streaming.other_topics import beside
from wattlake.tasks.streaming.read_batch import read_batch, reader_of

BEGINS = datetime(2026, 11, 30, 8, tzinfo=UTC)
METERS, PRICES, WEATHER = "energy-meters", "spot-prices", "weather-alerts"
TOPICS = {"energy_meters": METERS, "spot_prices": PRICES, "weather_alerts": WEATHER}
REGISTER = [
    {
        "member_id": member,
        "valid_from_utc": stored(2012, 1, 1),
        "zone": zone,
        "meter_id": meter,
        "measures": "consumption",
    }
    for member, meter, zone in (("anna", "M1", "north"), ("bert", "M2", "south"))
]
AS_BEFORE = (
    *("bronze.meter_events", "bronze.prices", "ops.landing", "ops.stream_offset", "silver.meter_event"),
    *("quarantine.meter_event", "gold.window_5min"),
)
BATCHES = "select * exclude (waiting, windows) from ops.stream_batch order by all"
WARNINGS = "select * from gold.live_alert where rule = 'weather'"
ALERTS = (
    "select alert_id, rule, meter_id, started_at_utc, ended_at_utc from gold.live_alert where rule <> 'missing' "
    "order by all"
)

Sent = tuple[str, Any]
"""A topic, and what a message of it says."""


def energy(owner: str, minute: int, value: str, *, seconds: int = 300) -> Sent:
    start = (BEGINS + timedelta(minutes=minute)).isoformat()
    name = "meter_id" if owner.startswith("M") else "member_id"
    return METERS, {name: owner, "period_start_utc": start, "period_seconds": seconds, "energy_kwh": value}


def power(owner: str, minute: float, value: float) -> Sent:
    return METERS, {"meter_id": owner, "at_utc": (BEGINS + timedelta(minutes=minute)).isoformat(), "power_w": value}


def price(value: float) -> Sent:
    start = BEGINS.isoformat()
    return PRICES, {
        "bidding_zone": "DE-LU", "period_start_utc": start, "period_minutes": 60, "price_eur_per_mwh": value
    }  # fmt: skip


def storm(ends_hour: int, sent_hour: int) -> Sent:
    hours = {"starts_utc": 15, "ends_utc": ends_hour, "sent_utc": sent_hour}
    times = {name: f"2026-11-30T{hour:02}:00:00Z" for name, hour in hours.items()}
    return WEATHER, {"alert_id": "storm-1", "zone": "north", "severity": "Severe", "headline": "Gusts"} | times


def course() -> list[list[Sent]]:
    """Batches of an hour and a half: late, doubled, corrected, impossible and unreadable ones among them."""
    rng = random.Random(7)
    values = [
        energy(owner, minute, f"0.{rng.randrange(100, 900)}") for minute in range(0, 90, 5) for owner in ("M1", "bert")
    ]
    values += [power("M3", minute * 2, 231.0) for minute in range(40)]
    values += [energy("M1", 10, "0.9", seconds=3600), energy("M1", 10, "0.2", seconds=600), power("M3", 30, -400.0)]
    values += [(METERS, {"neither": "this"}), energy("nobody", 5, "1"), price(81.25), price(81.25), price(-4.0)]
    values += [storm(21, 9), storm(22, 10), storm(20, 8), *values[:4]]
    rng.shuffle(values)
    return [values[at : at + 15] for at in range(0, len(values), 15)]


def commit(lake: Lake, sent: Sequence[Sent], *, now: datetime) -> None:
    """Commit messages as the consumer does."""
    name, topics = lake.settings.stream.name, {"topic_ids": {METERS: "id=1"}}
    after = stored_offsets(lake.reader(), name)
    following, messages = dict(after), []
    for topic, content in sent:
        position = Position(topic, 0)
        offset = following.get(position, 0)
        following[position] = offset + 1
        messages.append(Message(topic, 0, offset, b"key", json.dumps(content).encode(), now - timedelta(seconds=1)))
    batch = read_batch(messages, reader_of(lake.settings))._replace(after=after, waiting=3, **topics)
    stream = Stream(name, "stream-run", rules=AlertRules(name, lake.settings))
    commit_batch(lake, stream, batch, now_utc=now, beside=beside(lake, batch, now_utc=now, run_id="stream-run"))


MakeLake = Callable[[], Lake]


@pytest.fixture
def make_lake(copied_lake: Callable[[str], Lake]) -> MakeLake:
    """Makes lakes whose stream has topics of each kind, and whose register is built."""

    def make() -> Lake:
        made = copied_lake(MADE)
        stream = made.settings.stream.model_copy(update={"topics": Topics(**TOPICS)})
        made.close()
        lake = Lake(made.settings.model_copy(update={"stream": stream}))
        lake.write(lambda connection: fill_table(connection, "gold.member_meter", REGISTER))
        follow(lake)
        return lake

    return make


@pytest.fixture
def streamed(make_lake: MakeLake) -> Lake:
    """A lake whose stream brought all kinds of messages."""
    lake = make_lake()
    for number, sent in enumerate(course()):
        commit(lake, sent, now=BEGINS + timedelta(minutes=100 + number))
    return lake


def restored(lake: Lake, archive: Storage) -> list[str]:
    """What ``wattlake restore --from-landing`` does, without builds; gives the faults."""
    steps = [step for reland in (reland_all, reland_streams) for _, step in reland(lake, archive)]
    return [fault for step in steps for fault in step.faults]


def table(lake: Lake, name: str) -> list[tuple[Any, ...]]:
    # What was asked is told of other landings, too, where their rows say it.
    columns = "* replace (if(source = 'meter_events', asked, '') as asked)" if name == "ops.landing" else "*"
    return lake.reader().execute(f"select {columns} from {name} order by all").fetchall()


def rows(lake: Lake, query: str) -> list[tuple[Any, ...]]:
    return lake.reader().execute(query).fetchall()


@pytest.mark.parametrize("most_landings", [1, 4])
def test_the_archive_alone_brings_back_what_a_stream_brought_and_it_goes_on(
    streamed: Lake, make_lake: MakeLake, monkeypatch: pytest.MonkeyPatch, most_landings: int
):
    monkeypatch.setattr(relanding, "MOST_LANDINGS", most_landings)
    again = make_lake()
    assert restored(again, Storage(streamed.settings)) == []
    assert all(table(streamed, name) for name in AS_BEFORE)
    assert [name for name in AS_BEFORE if table(again, name) != table(streamed, name)] == []
    assert rows(again, BATCHES) == rows(streamed, BATCHES)
    assert rows(again, WARNINGS) == rows(streamed, WARNINGS) != []
    assert rows(again, ALERTS) == rows(streamed, ALERTS)
    assert {rule for _, rule, *_ in rows(again, ALERTS)} >= {"impossible", "weather"}
    assert stored_topic_ids(again.reader(), "meters") == {METERS: "id=1"}
    if most_landings == 1:
        assert table(again, "ops.stream_series") == table(streamed, "ops.stream_series")
        assert rows(again, "select windows from ops.stream_batch order by landing_id") == rows(
            streamed, "select windows from ops.stream_batch order by landing_id"
        )

    assert restored(again, Storage(streamed.settings)) == [], "nothing is landed twice"
    more = [energy("bert", 95, "0.4"), energy("M1", 20, "0.123"), price(7.0)]
    for lake in (streamed, again):
        commit(lake, more, now=BEGINS + timedelta(hours=5))
    assert [name for name in AS_BEFORE if table(again, name) != table(streamed, name)] == []


def test_a_restore_that_was_broken_off_goes_on_and_a_damaged_batch_is_told(
    streamed: Lake, make_lake: MakeLake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(relanding, "MOST_LANDINGS", 3)
    archive, again = Storage(streamed.settings), make_lake()
    lines = archive_register.registered(archive, "meter_events")
    list(reland_all(again, archive))
    next(iter(reland_streams(again, archive)))
    assert rows(again, "select max(landing_id) from ops.stream_batch") == [(3,)]
    damaged = lines[5]["archive_path"]
    whole = archive.read(damaged)
    archive.write(damaged, whole[:-9] + b"x" * 9)
    faults = [fault for _, step in reland_streams(again, archive) for fault in step.faults]
    assert [fault.partition(" (")[0] for fault in faults] == [damaged]
    archive.write(damaged, whole)
    assert restored(again, archive) == []
    assert stored_offsets(again.reader(), "meters") == stored_offsets(streamed.reader(), "meters")
    lost = "select * exclude (_landing_id) from silver.meter_event order by all"
    assert rows(again, "select count(*) from bronze.meter_events") == rows(
        streamed, "select count(*) from bronze.meter_events"
    )
    assert rows(again, lost) == rows(streamed, lost)


def test_rows_that_bronze_lost_come_back_from_the_archive_and_what_follows_is_made_again(streamed: Lake):
    before = {name: table(streamed, name) for name in AS_BEFORE}
    streamed.write(lambda connection: connection.execute("delete from bronze.meter_events where _landing_id in (2, 3)"))
    for name in ("silver.meter_event", "quarantine.meter_event", "gold.window_5min", "ops.progress"):
        streamed.write(lambda connection, name=name: connection.execute(f"delete from {name}"))
    assert [fault for _, step in refill_all(streamed) for fault in step.faults] == []
    assert follow(streamed) > 0
    for name, then in before.items():
        assert table(streamed, name) == then, name


def test_settings_of_topics_say_how_an_archive_is_read() -> None:
    settings = Settings(_env_file=None, stream={"topics": {"energy_meters": "homes/{meter_id}"}})
    message = Message("homes/m-9", 0, 0, None, json.dumps(power("x", 0, 1.0)[1]).encode(), BEGINS)
    batch = read_batch([message, message._replace(payload=b"?")], reader_of(settings))
    assert (batch.rows["meter_id"].to_pylist(), list(batch.refusals)) == (["m-9", None], [1])
