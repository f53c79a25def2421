"""A stream that is maintained while it runs keeps few files and snapshots, and no reader and no build can tell."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from harness.lake_community import stage_3
from harness.lake_steps import build_all, hashes, hashes_of, select
from tests.support.full import on_opposite_kinds
from tests.support.streams import NOW, STREAM, TOPIC, commit, energy
from wattlake.lake.build.progress import GOLD, Progress, write_progress
from wattlake.lake.landing import archive_register
from wattlake.lake.landing.packs import hash_of_payload, is_pack, payload_sizes, read_archived
from wattlake.lake.maintenance.backup import back_up
from wattlake.lake.maintenance.backup_manifest import manifest_of
from wattlake.lake.maintenance.fetching import fetch_from_backup
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.maintenance.stream_maintenance import maintain_stream, tables_of_streams
from wattlake.lake.maintenance.verification import Fault, verify
from wattlake.lake.runs.record import recorded
from wattlake.lake.runs.running import Note, noted
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.last_commit import last_messages

TABLES = ("bronze.meter_events", "silver.meter_event", "gold.window_5min", "ops.stream_offset", "ops.landing")
REFUSE = "insert into ops.refusal values ('s', '{}', 404, now()::timestamp, 'r')"
LATER = timedelta(minutes=61)
"""Snapshots and files bear the real time, and are kept for an hour at most: what was made just now is old then."""


@pytest.fixture
def stream(lake: Lake) -> Iterator[Lake]:
    """A lake in which all that is written is a stream's."""
    with recorded(lake, "stream", partial(datetime.now, UTC)):
        yield lake


def send(lake: Lake, batches: int, *, first: int = 0) -> None:
    for number in range(first, first + batches):
        at = NOW - timedelta(hours=1) + timedelta(seconds=10 * number)
        commit(lake, *(energy(meter, at, "5", seconds=10) for meter in ("m1", "m2")))


def files(lake: Lake) -> list[str]:
    return Storage(lake.settings).names()


def snapshots(lake: Lake) -> list[int]:
    return [number for (number,) in select(lake, "select snapshot_id from ducklake_snapshots('lake') order by all")]


def later() -> datetime:
    return datetime.now(UTC) + LATER


def faults(lake: Lake) -> list[str]:
    return [str(fault) for step in verify(lake, deep=True) for fault in step.faults]


@on_opposite_kinds(pytest.mark.long)
def test_files_and_snapshots_stay_as_few_however_many_batches_came(stream: Lake):
    before = len(files(stream))
    kept = []
    for number in range(3):
        send(stream, 6, first=6 * number)
        done = maintain_stream(stream, later())
        assert (done.payloads_packed, done.snapshots_expired >= 6) == (6, True)
        assert done.files_after < done.files_before
        maintain_stream(stream, later())
        kept.append((len(files(stream)), len(snapshots(stream))))
    # On PostgreSQL, too, as there is no build whose progress holds snapshots back.
    assert max(count for count, _ in kept[1:]) <= kept[0][0] + 3
    assert kept[-1][0] - before < 20
    assert max(count for _, count in kept) <= 8
    assert select(stream, "select count(*) from bronze.meter_events") == [(36,)]
    assert select(stream, "select sum(energy_kwh)::varchar from gold.window_5min") == [("0.180000",)]
    assert faults(stream) == []


def test_what_a_commit_has_to_open_does_not_grow(folder_lake: Lake):
    live = "select count(*) from ducklake_list_files('lake', '{}', schema => '{}')"
    counts = [live.format(*reversed(table.split("."))) for table in TABLES]
    opened = []
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        for number in range(3):
            send(folder_lake, 8, first=8 * number)
            maintain_stream(folder_lake, later())
            opened.append([select(folder_lake, count)[0][0] for count in counts])
    assert opened[1] == opened[2]
    assert max(opened[2]) <= 2


def test_the_log_of_a_sqlite_catalog_is_written_back_while_a_lake_stays_open(folder_lake: Lake):
    send(folder_lake, 2)
    catalog = sqlite3.connect(folder_lake.settings.catalog_file)
    try:
        ((_, pages, written_back),) = catalog.execute("pragma wal_checkpoint(passive)").fetchall()
    finally:
        catalog.close()
    assert written_back == pages


def test_a_build_s_snapshot_its_progress_and_an_open_reader_stay_what_they_were(folder_lake: Lake):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 6)
    with recorded(folder_lake, "build", partial(datetime.now, UTC)):
        folder_lake.write(lambda connection: connection.execute(REFUSE.format(1)))
        built = folder_lake.snapshot_id()
        as_built = hashes_of(folder_lake, TABLES)
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 4, first=6)
        reader = folder_lake.reader()
        reader.execute("begin")
        (opened_with,) = reader.execute("select count(*), max(_landing_id) from bronze.meter_events").fetchall()
        send(folder_lake, 4, first=10)
        young = maintain_stream(folder_lake, datetime.now(UTC))
        assert (young.snapshots_expired, young.files_removed) == (0, 0)
        windows = reader.execute("select sum(energy_kwh)::varchar, count(*) from gold.window_5min").fetchall()
        assert reader.execute("select count(*), max(_landing_id) from bronze.meter_events").fetchall() == [opened_with]
        assert windows == [("0.100000", 2)]
        reader.execute("rollback")
        old = maintain_stream(folder_lake, later())
    assert old.snapshots_expired > 10
    assert old.files_removed > 20
    assert built in snapshots(folder_lake)
    assert hashes_of(Lake(folder_lake.settings, as_of=built), TABLES) == as_built


def test_a_build_after_it_makes_what_it_makes_without_a_stream(
    stage_2_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    with recorded(stage_2_lake, "stream", partial(datetime.now, UTC)):
        send(stage_2_lake, 4)
        written = {*tables_of_streams(stage_2_lake.reader()), "ops.run"}
        assert maintain_stream(stage_2_lake, later()).snapshots_expired > 0
    stage_3(stage_2_lake, tmp_path)
    build_all(stage_2_lake, "build-1")
    differing = {table for table, content in hashes(stage_2_lake).items() if content != undisturbed[table]}
    assert {table for table in differing if not table.startswith("warehouse.live_")} <= written


def test_no_snapshot_goes_that_progress_is_stored_of_or_a_later_one(folder_lake: Lake):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 3)
        started_from = folder_lake.snapshot_id()
        # An unfinished build starts from it, so that it is not moved on.
        mark = Progress(snapshot_id=started_from, target_snapshot_id=started_from)
        folder_lake.write(lambda connection: write_progress(connection, {GOLD: mark}))
        send(folder_lake, 3, first=3)
        since = [number for number in snapshots(folder_lake) if number >= started_from]
        assert maintain_stream(folder_lake, later()).snapshots_expired > 0
    assert min(snapshots(folder_lake)) <= started_from
    assert set(since) <= set(snapshots(folder_lake))


def test_what_a_run_at_work_may_be_reading_is_not_removed(folder_lake: Lake):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 3)
        with noted(folder_lake.settings, Note("other", "backup", datetime.now(UTC).isoformat())):
            assert maintain_stream(folder_lake, later()).files_removed == 0
        assert maintain_stream(folder_lake, later()).files_removed > 0


def test_snapshots_go_soon_and_the_files_that_they_needed_an_hour_later(folder_lake: Lake):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 6)
        soon = maintain_stream(folder_lake, datetime.now(UTC) + timedelta(minutes=6))
        assert soon.snapshots_expired >= 5
        assert soon.files_removed == 0
        assert maintain_stream(folder_lake, datetime.now(UTC) + timedelta(minutes=59)).files_removed == 0
        assert maintain_stream(folder_lake, later()).files_removed > 0
    assert faults(folder_lake) == []


def test_the_files_of_other_tables_wait_their_day(folder_lake: Lake):
    for name in range(4):
        folder_lake.write(lambda connection, name=name: connection.execute(REFUSE.format(name)))
    assert maintain(folder_lake, datetime.now(UTC) + timedelta(hours=20)).files_removed == 0
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 3)
        assert "ops.refusal" not in tables_of_streams(folder_lake.reader())
        maintain_stream(folder_lake, later())
    scheduled = "__ducklake_metadata_lake.ducklake_files_scheduled_for_deletion"
    assert select(folder_lake, f"select count(*) from {scheduled} where path like 'ops/refusal/%'") == [(4,)]
    assert maintain(folder_lake, datetime.now(UTC) + timedelta(hours=25)).files_removed >= 4


def test_a_packed_archive_is_read_verified_backed_up_and_repaired(folder_lake: Lake, tmp_path: Path):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 4)
        storage = Storage(folder_lake.settings)
        landed = select(folder_lake, "select archive_path, sha256 from ops.landing order by landing_id")
        as_landed = {path: storage.read(path) for path, _ in landed}
        maintain_stream(folder_lake, later())
        send(folder_lake, 2, first=4)
        maintain_stream(folder_lake, later())
    (pack,) = [name for name in files(folder_lake) if is_pack(name)]
    with ZipFile(f"{storage.root}/{pack}") as members:
        assert len(members.namelist()) == 6
        assert {name: members.read(name.rpartition("/")[2]) for name in as_landed} == as_landed
    assert [hash_of_payload(read_archived(storage, path)) for path, _ in landed] == [sha256 for _, sha256 in landed]
    assert len(archive_register.registered(storage, "meter_events")) == 6
    assert [message.offset for message in last_messages(folder_lake, STREAM.name)] == [10, 11]
    assert len(storage.names("landing/meter_events/register")) == 1
    assert faults(folder_lake) == []

    place = Settings(data=str(tmp_path / "backup"))
    *_, whole = back_up(folder_lake, place, datetime.now(UTC))
    assert pack in manifest_of(Storage(place)).files
    assert whole.done == whole.total
    storage.remove(pack)
    lost = [fault for step in verify(folder_lake) for fault in step.faults]
    assert [type(fault) for fault in lost] == [Fault] * 6
    assert len(fetch_from_backup(folder_lake, Storage(place), lost)) == 6
    assert faults(folder_lake) == []


def test_a_batch_that_was_not_committed_is_not_packed_and_a_damaged_one_stays_to_be_told(folder_lake: Lake):
    with recorded(folder_lake, "stream", partial(datetime.now, UTC)):
        send(folder_lake, 4)
        storage = Storage(folder_lake.settings)
        ((damaged,),) = select(folder_lake, "select archive_path from ops.landing where landing_id = 2")
        storage.write(damaged, b"no zstd")
        orphan = damaged.rpartition("/")[0] + f"/{'0' * 64}.arrows.zst"
        storage.write(orphan, b"of a commit that failed")
        assert maintain_stream(folder_lake, later()).payloads_packed == 3
    assert {orphan, damaged} <= set(files(folder_lake))
    assert [fault.partition(" of ")[0] for fault in faults(folder_lake)] == [damaged]
    assert TOPIC in select(folder_lake, "select name from ops.landing limit 1")[0][0]
    assert set(payload_sizes(storage)) > {
        path for (path,) in select(folder_lake, "select archive_path from ops.landing")
    }
