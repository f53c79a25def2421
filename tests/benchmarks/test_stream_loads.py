"""The loads of the stream's benchmark: their messages are read, and what is sent is what is told."""

import json
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.streams import rates
from benchmarks.streams.sending import IMPOSSIBLE_W, Load, messages_of, planted_times
from benchmarks.streams.soak import Soak
from benchmarks.streams.watching import Seen
from harness.kafka import KafkaCluster
from tests.support.stream_messages import message
from wattlake.tasks.streaming.forms._json import parsed
from wattlake.tasks.streaming.forms.energy_meters import read

LOAD = Load("127.0.0.1:9", "any", meters=4, seconds=9, begin=1_800_000_058, planted_every=2)


def test_messages_are_of_each_meter_at_its_own_time_of_the_second() -> None:
    (first, *_, last), (of_next_minute, *_) = messages_of(LOAD, 0), messages_of(LOAD, 2)
    events = [read(message(payload), parsed(payload))[0] for payload in (first, last, of_next_minute)]
    assert [(event.meter_id, event.time, event.quantity, event.unit, event.direction) for event in events] == [
        ("M000000", "2027-01-15T08:00:58.000Z", "power", "W", "consumption"),
        ("M000003", "2027-01-15T08:00:58.750Z", "power", "W", "consumption"),
        ("M000000", "2027-01-15T08:01:00.000Z", "power", "W", "consumption"),
    ]


def test_what_is_impossible_is_said_once_by_each_of_some_meters_when_it_is_told() -> None:
    planted = [
        (event["meter_id"], LOAD.begin + second + number / 4)
        for second in range(LOAD.seconds)
        for number, event in enumerate(map(json.loads, messages_of(LOAD, second)))
        if event["power_w"] == IMPOSSIBLE_W
    ]
    assert planted == sorted(planted_times(LOAD).items(), key=lambda item: item[1])
    assert [meter for meter, _ in planted] == ["M000001", "M000002", "M000003", "M000000"]


def test_lag_is_what_was_sent_and_was_not_committed_before_a_commit() -> None:
    commits = [Seen(LOAD.begin + at, at, messages, 0, 0, 0) for at, messages in ((2, 5), (4, 8), (20, 23))]
    assert rates.lags_of(commits, LOAD) == [8, 16 - 5, 36 - 13]


def test_memory_is_compared_after_it_is_warm() -> None:
    grown, flat = Soak(40, [900.0] * 10 + [1000 + 10 * n for n in range(30)]), Soak(40, [500.0] * 10 + [1000.0] * 30)
    assert (round(grown.growth_pct, 1), flat.growth_pct, flat.peak_pct) == (23.4, 0, 0)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_backlog_is_sent_and_taken(kafka: KafkaCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "BACKLOG_METERS", 200)
    monkeypatch.setattr(rates, "BACKLOG_SETTINGS", {"WATTLAKE_STREAM__BATCH_MESSAGES": "6000"})
    came = rates.backlog(Bench(tmp_path, 0.001), kafka)
    assert (came.commits, came.messages) == (4, 14_000)
    assert 14_000 / came.seconds == came.per_second > 0
    assert came.cpu_seconds > 0
