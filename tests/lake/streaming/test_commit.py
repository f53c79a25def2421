"""One commit of a stream: what becomes of messages, and that all of it or nothing is there."""

from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
import zstandard

from tests.support.streams import NOW, STREAM, TOPIC, batch_of, commit, energy, power, total, windows
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming import archive
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.commit import commit_batch
from wattlake.lake.streaming.known import Known
from wattlake.lake.streaming.messages import Event, Position
from wattlake.lake.streaming.offsets import OffsetsError, stored_offsets

ONE_HOUR = timedelta(hours=1)
AT = NOW - ONE_HOUR


def counts(lake: Lake) -> list[int]:
    """The rows of every table that a commit writes."""
    tables = ("bronze.meter_events", "ops.landing", "ops.stream_batch", "silver.meter_event", "gold.window_5min")
    listed = ", ".join(f"(select count(*) from {table})" for table in tables)
    return list(lake.reader().execute(f"select {listed}").fetchall()[0])


def test_energy_of_a_period_is_cut_at_the_ends_of_windows_and_adds_up(folder_lake: Lake):
    committed = commit(folder_lake, energy("m", AT - timedelta(minutes=2), "1", seconds=420))
    # 1 Wh in 420 s: 120 s are 285.71 mWh, 300 s more 714.28; rounded down in turn they add up.
    assert windows(folder_lake) == {
        ("m", "consumption", "08:55"): ("0.000285", 120, 1),
        ("m", "consumption", "09:00"): ("0.000715", 300, 0),
    }
    assert committed.windows.num_rows == 2


def test_power_holds_until_the_next_instant_where_that_is_a_quarter_hour_later_at_most(folder_lake: Lake):
    commit(folder_lake, power("m", AT, "600"), power("m", AT + timedelta(minutes=2), "1200"))
    assert windows(folder_lake) == {("m", "consumption", "09:00"): ("0.020000", 120, 2)}
    commit(folder_lake, power("m", AT + timedelta(hours=1), "0"))
    assert windows(folder_lake)["m", "consumption", "09:00"] == ("0.020000", 120, 2)
    commit(folder_lake, power("m", AT + timedelta(minutes=17), "0"))
    assert windows(folder_lake) == {
        ("m", "consumption", "09:00"): ("0.080000", 300, 2),
        ("m", "consumption", "09:05"): ("0.100000", 300, 0),
        ("m", "consumption", "09:10"): ("0.100000", 300, 0),
        ("m", "consumption", "09:15"): ("0.040000", 120, 1),
        ("m", "consumption", "10:00"): ("0.000000", 0, 1),
    }


def test_a_total_grows_evenly_and_a_smaller_one_says_nothing_of_the_time_before(folder_lake: Lake):
    minutes = [timedelta(minutes=minutes) for minutes in range(0, 20, 5)]
    values = ("100.5", "100.6", "7", "7.3")
    commit(folder_lake, *(total("m", AT + after, value) for after, value in zip(minutes, values, strict=True)))
    assert windows(folder_lake) == {
        ("m", "consumption", "09:00"): ("0.100000", 300, 1),
        ("m", "consumption", "09:05"): ("0.000000", 0, 1),
        ("m", "consumption", "09:10"): ("0.300000", 300, 1),
        ("m", "consumption", "09:15"): ("0.000000", 0, 1),
    }


def test_a_repeat_is_dropped_a_correction_replaces_and_a_later_period_supersedes_what_it_overlaps(folder_lake: Lake):
    commit(folder_lake, energy("m", AT, "1"), energy("m", AT, "1"))
    again = commit(folder_lake, energy("m", AT, "1"), energy("m", AT, "2"))
    assert (again.repeated, again.superseded) == (1, 1)
    assert windows(folder_lake) == {("m", "consumption", "09:00"): ("0.002000", 300, 1)}
    commit(folder_lake, energy("m", AT - timedelta(minutes=10), "9", seconds=900))
    assert {key[2]: window[0] for key, window in windows(folder_lake).items()} == {
        "08:50": "0.003000",
        "08:55": "0.003000",
        "09:00": "0.003000",
    }
    # It is shortened, so that what it overlapped counts again.
    commit(folder_lake, energy("m", AT - timedelta(minutes=10), "6", seconds=600))
    assert {key[2]: window[0] for key, window in windows(folder_lake).items()} == {
        "08:50": "0.003000",
        "08:55": "0.003000",
        "09:00": "0.002000",
    }


def test_a_period_changes_windows_that_others_two_hours_before_it_have_a_part_in(folder_lake: Lake):
    begins = AT - timedelta(minutes=118)
    commit(folder_lake, energy("m", begins, "60", seconds=3600), energy("m", begins + ONE_HOUR, "60", seconds=3600))
    commit(folder_lake, energy("m", begins + 2 * ONE_HOUR - timedelta(seconds=60), "5"))
    # The second hour is superseded; the window that it began in keeps what the first one had of it.
    assert begins + ONE_HOUR == AT - timedelta(minutes=58)
    assert windows(folder_lake)["m", "consumption", "08:00"] == ("0.002000", 120, 1)


def test_late_events_correct_their_window_and_are_counted(folder_lake: Lake):
    first = commit(folder_lake, energy("m", AT, "1"), energy("m", AT + timedelta(minutes=40), "1"))
    assert (first.late, str(first.watermark_utc)) == (0, "2026-11-30 09:35:00")
    late = commit(folder_lake, energy("m", AT, "3"), energy("m", AT + timedelta(minutes=35), "2"))
    assert (late.late, late.superseded) == (1, 1)
    assert windows(folder_lake)["m", "consumption", "09:00"] == ("0.003000", 300, 1)


def test_what_cannot_be_read_is_in_quarantine_with_topic_partition_offset_and_reason(folder_lake: Lake):
    unplaced = Event(None, "nobody", AT.isoformat(), None, "power", "1", "W", None, None)
    local = energy("m", AT, "1")._replace(time="2026-11-30 09:00:00")
    committed = commit(folder_lake, "no JSON", unplaced, local, power("m", AT, "-5"), power("m", AT, "5"))
    assert (committed.refused, committed.events, committed.quarantined) == (1, 4, 3)
    rows = folder_lake.reader().execute(
        "select quarantine_reason, original ->> 'topic', original ->> 'partition', original ->> 'message_offset', "
        "original ->> 'payload', original ->> 'value' from quarantine.meter_event order by 4"
    )
    assert rows.fetchall() == [
        ("no JSON", TOPIC, "0", "0", "'no JSON'", None),
        ("no meter of that member in the register at that time", TOPIC, "0", "1", None, "1"),
        ("unreadable time, or one without its distance to UTC", TOPIC, "0", "2", None, "1"),
        ("negative power", TOPIC, "0", "3", None, "-5"),
    ]


def test_a_batch_that_was_committed_is_refused_and_changes_nothing(folder_lake: Lake):
    batch = batch_of([energy("m", AT, "1")])
    commit_batch(folder_lake, STREAM, batch, now_utc=NOW)
    before = counts(folder_lake), windows(folder_lake), folder_lake.snapshot_id()
    with pytest.raises(OffsetsError, match="after nothing, but the lake has read it up to message 1"):
        commit_batch(folder_lake, STREAM, batch, now_utc=NOW)
    assert (counts(folder_lake), windows(folder_lake), folder_lake.snapshot_id()) == before
    # Another stream has offsets of its own.
    commit_batch(folder_lake, replace(STREAM, name="mqtt"), batch, now_utc=NOW)
    assert stored_offsets(folder_lake.reader(), "mqtt") == {Position(TOPIC, 0): 1}


def test_streams_of_one_lake_keep_each_others_offsets_and_series(folder_lake: Lake):
    rules = AlertRules("kafka", folder_lake.settings), AlertRules("other", folder_lake.settings)
    streams = [replace(STREAM, name=each.stream_name, rules=each, known=Known()) for each in rules]
    for turn in range(3):
        for stream in streams:
            messages = [power(f"{stream.name}-{turn}", NOW - timedelta(minutes=5 - turn), "100")]
            commit_batch(folder_lake, stream, batch_of(messages, first_offset=turn), now_utc=NOW)

    reader = folder_lake.reader()
    for stream in streams:
        assert stored_offsets(reader, stream.name) == {Position(TOPIC, 0): 3}
    series = "select meter_id from ops.stream_series where quantity = 'power' order by all"
    expected = sorted(f"{stream.name}-{turn}" for stream in streams for turn in range(3))
    assert [meter for (meter,) in reader.execute(series).fetchall()] == expected


def test_a_commit_that_fails_at_its_end_leaves_nothing(folder_lake: Lake):
    commit(folder_lake, energy("m", AT, "1"))
    before = counts(folder_lake), windows(folder_lake)

    def fails(connection: duckdb.DuckDBPyConnection, landing_id: int) -> None:
        connection.execute("select error('at its end')")

    with pytest.raises(duckdb.Error, match="at its end"):
        commit_batch(folder_lake, STREAM, batch_of([energy("m", AT, "2")], first_offset=1), now_utc=NOW, beside=fails)
    assert (counts(folder_lake), windows(folder_lake)) == before
    commit(folder_lake, energy("m", AT, "2"))
    assert windows(folder_lake) == {("m", "consumption", "09:00"): ("0.002000", 300, 1)}


def test_the_messages_of_a_batch_are_archived_unchanged(folder_lake: Lake):
    batch = batch_of([energy("m", AT, "1"), "no JSON"])
    commit_batch(folder_lake, STREAM, batch, now_utc=NOW)
    ((path, name, rows),) = folder_lake.reader().execute("select archive_path, name, rows from ops.landing").fetchall()
    assert (name, rows) == (f"kafka: {TOPIC}/0@0 to {TOPIC}/0@1", 2)
    content = zstandard.ZstdDecompressor().decompressobj().decompress(Storage(folder_lake.settings).read(path))
    assert archive.unpacked(content) == batch.messages
    with pytest.raises(ValueError, match="no Arrow stream of messages"):
        archive.unpacked(b"PK\3\4")
