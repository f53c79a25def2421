"""`wattlake stream` takes messages into the lake, says how far it is, goes on where it stood, and ends well."""

import json
import os
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import duckdb
import pytest

from harness.kafka import KafkaCluster
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.offsets import OffsetsError
from wattlake.tasks.streaming import patience
from wattlake.tasks.streaming.running import run_stream
from wattlake.tasks.streaming.transports import LostMessagesError

BEGINS = datetime(2026, 3, 1, 10, tzinfo=UTC)
PATIENCE_SECONDS = 60


def message(minute: int) -> bytes:
    begins = (BEGINS + timedelta(minutes=minute)).isoformat()
    period = {"period_start_utc": begins, "period_seconds": 60}
    return json.dumps({"meter_id": "m", "energy_kwh": "0.01"} | period).encode()


@pytest.fixture
def settings(kafka: KafkaCluster, tmp_path: Path) -> Settings:
    topic = kafka.create(f"meters-{uuid.uuid4().hex}")
    stream = {
        "broker": f"kafka://{kafka.bootstrap}",
        "batch_seconds": 0.2,
        "topics": {"energy_meters": topic},
    }
    return Settings(data=str(tmp_path / "lake"), stream=stream)


def topic_of(settings: Settings) -> str:
    return settings.stream.topics.energy_meters


def taken(settings: Settings, count: int, **options: object) -> list[int]:
    """Run the stream until it took so many messages; the number of each commit."""
    stopped, messages = Event(), []
    for step in run_stream(Lake(settings), lambda: datetime.now(UTC), stopped, **options):
        messages += [step.committed.messages] if step.committed else []
        if sum(messages) >= count:
            stopped.set()
    return messages


def rows(settings: Settings, query: str) -> list[tuple]:
    lake = Lake(settings, read_only=True)
    try:
        return lake.reader().execute(query).fetchall()
    finally:
        lake.close()


def test_the_command_takes_messages_and_ends_well_at_a_signal(kafka, settings, tmp_path):
    kafka.send(topic_of(settings), [message(0), b"no reading", message(1)])
    environment = {
        "WATTLAKE_DATA": settings.data,
        "WATTLAKE_STREAM__BROKER": f"kafka://{kafka.bootstrap}",
        "WATTLAKE_STREAM__TOPICS__ENERGY_METERS": topic_of(settings),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "wattlake.app.cli", "stream", "--every", "0"],
        env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "Reading the stream (Ctrl-C stops).\n"
        line = process.stdout.readline()
        assert line.startswith("3 messages, ")
        assert ", 1 could not be read; 0 wait; last commit " in line
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, out) == (0, "Stopped; what was begun was ended.\n"), err
    assert "Traceback" not in err
    assert rows(settings, "select energy_kwh, event_count from gold.window_5min") == [(Decimal("0.02"), 2)]
    assert rows(settings, "select _offset, payload from bronze.meter_events where refusal <> ''") == [(1, "no reading")]
    assert rows(settings, "select name, status, rows_landed from ops.run") == [("stream", "completed", 3)]
    assert rows(settings, "select messages, waiting, refused from ops.stream_batch") == [(3, 0, 1)]


def test_what_is_wrong_with_the_settings_is_a_sentence(wattlake, kafka, settings, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", settings.data)
    refused = wattlake("stream")
    assert (refused.code, "no broker is named. Set WATTLAKE_STREAM__BROKER=" in refused.err) == (2, True)
    monkeypatch.setenv("WATTLAKE_STREAM__BROKER", f"kafka://{kafka.bootstrap}")
    monkeypatch.setenv("WATTLAKE_STREAM__TOPICS__ENERGY_METERS", "nowhere")
    refused = wattlake("stream", "--for", "1")
    assert (refused.code, "has no topic nowhere. Make it" in refused.err) == (2, True)
    refused = wattlake("stream", "--for", "1", "--from-oldest", "nowhere")
    assert (refused.code, "has read no topic nowhere. It has read none." in refused.err) == (2, True)


def test_a_stream_goes_on_where_the_lake_stands_and_is_read_anew_where_that_is_wanted(kafka, settings):
    topic = topic_of(settings)
    kafka.send(topic, map(message, range(4)))
    assert sum(taken(settings, 4)) == 4
    kafka.send(topic, map(message, range(4, 6)))
    kafka.forget(topic, before=5)
    with pytest.raises(LostMessagesError, match=f"`wattlake stream --from-oldest {topic}` goes on"):
        taken(settings, 1)
    assert taken(settings, 1, from_oldest=[topic]) == [1]
    assert rows(settings, "select sum(event_count) from gold.window_5min") == [(5,)], "minutes 0 to 3, and 5"


def test_a_topic_that_was_made_anew_while_nobody_read_is_told_by_its_id(kafka, settings):
    topic = topic_of(settings)
    kafka.send(topic, [message(0)])
    taken(settings, 1)
    kafka.drop(topic)
    while topic in kafka.admin.list_topics(timeout=5).topics:
        Event().wait(0.05)
    kafka.create(topic)
    kafka.send(topic, map(message, range(1, 4)))
    with pytest.raises(LostMessagesError, match="deleted and made anew: its id was"):
        taken(settings, 1)
    assert sum(taken(settings, 3, from_oldest=[topic])) == 3
    assert rows(settings, "select sum(event_count) from gold.window_5min") == [(4,)]


def test_a_second_consumer_ends_the_first_and_no_message_is_taken_twice(kafka, settings):
    topic = topic_of(settings)
    kafka.send(topic, [message(0)])
    stopped = Event()
    first = run_stream(Lake(settings), lambda: datetime.now(UTC), stopped)
    next(step for step in first if step.committed)
    kafka.send(topic, [message(1)])
    assert taken(settings, 1) == [1]
    kafka.send(topic, [message(2)])
    with pytest.raises(OffsetsError, match="Another consumer runs, or ran since"):
        for _ in first:
            pass
    assert taken(settings, 1) == [1]
    assert rows(settings, "select list(_offset order by _offset) from bronze.meter_events") == [([0, 1, 2],)]


def test_a_batch_that_fails_is_tried_again_and_not_skipped(kafka, settings, monkeypatch, warnings_logged):
    kafka.send(topic_of(settings), map(message, range(3)))
    monkeypatch.setattr(patience, "LONGEST_PAUSE_SECONDS", 0.01)
    write, failures = Lake.write, iter([duckdb.IOException("No space left on device")] * 3)

    def failing(lake, step, lock=""):
        is_of_a_batch = getattr(step, "func", step).__name__ == "_commit"
        if is_of_a_batch and (failure := next(failures, None)):
            raise failure
        return write(lake, step, lock)

    monkeypatch.setattr(Lake, "write", failing)
    assert sum(taken(settings, 3)) == 3
    assert warnings_logged.text.count("A commit of the stream failed and is tried again: The disk is full") == 1
    assert "A commit of the stream succeeded at try 4." in warnings_logged.text
    assert rows(settings, "select count(*) from bronze.meter_events") == [(3,)]


@pytest.mark.long
def test_a_lake_that_is_made_again_from_its_archive_goes_on_with_the_stream(
    wattlake, kafka, settings, tmp_path, monkeypatch
):
    topic, restored = topic_of(settings), settings.model_copy(update={"data": str(tmp_path / "restored")})
    kafka.send(topic, [message(0), b"no reading", message(1)])
    assert sum(taken(settings, 3)) == 3
    kafka.send(topic, [message(2), message(1)])
    assert sum(taken(settings, 2)) == 2
    monkeypatch.setenv("WATTLAKE_DATA", restored.data)
    monkeypatch.setenv("WATTLAKE_STREAM__TOPICS__ENERGY_METERS", topic)
    again = wattlake("restore", "--from-landing", settings.data)
    assert (again.code, "Restored from the archive" in again.out) == (0, True), again.err
    kafka.send(topic, [message(3), message(0)])
    assert [sum(taken(each, 2)) for each in (settings, restored)] == [2, 2]
    for table in ("bronze.meter_events", "silver.meter_event", "quarantine.meter_event", "gold.window_5min"):
        without = "_fetched_at_utc, _landing_id" if table.startswith("bronze.") else "_landing_id"
        query = f"select * exclude ({without}) from {table} order by all"
        assert rows(restored, query) == rows(settings, query) != []
    read = "select next_offset, topic_id from ops.stream_offset"
    assert rows(restored, read) == rows(settings, read)
    assert [(offset, bool(its)) for offset, its in rows(restored, read)] == [(7, True)]
    assert rows(restored, "select energy_kwh, event_count from gold.window_5min") == [(Decimal("0.04"), 4)]
