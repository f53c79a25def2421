"""Backups: of one instant while others write, whole or none, and back as any kind of lake."""

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER, NOW, day_of_readings, hashes_of, land, select, written
from tests.support.full import on_opposite_kinds
from wattlake.lake.contracts import contracts
from wattlake.lake.maintenance.backup import BackedUp, OtherLakeError, back_up
from wattlake.lake.maintenance.backup_manifest import NoBackupError, manifest_of, taken_at
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.maintenance.restoring import PlaceTakenError, Restored, restore
from wattlake.lake.settings import Settings
from wattlake.lake.store.copying import DamagedFileError
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

FAR_AHEAD = timedelta(days=400)
SNAPSHOTS = "select snapshot_id, snapshot_time from ducklake_snapshots('lake') order by all"
CONSISTENT = (
    "select (select sum(rows) from ops.landing), (select count(*) from bronze.smart_meters), "
    "(select count(*) from ops.landing)"
)


def land_one(lake: Lake, folder: Path, name: str) -> None:
    assert (
        land(lake, "smart_meters", written(folder / f"{name}.csv", METER_HEADER, day_of_readings(name, NOW.date())))
        == 48
    )


def fill(lake: Lake, folder: Path) -> None:
    """Three landings, of which rows were deleted, so that there are files of deletes, too."""
    for name in "abc":
        land_one(lake, folder, name)
    lake.write(lambda connection: connection.execute("create table ops.own as select range as number from range(100)"))
    lake.write(lambda connection: connection.execute("delete from ops.own where number >= 50"))


def content(lake: Lake) -> dict[str, str]:
    filled = [name for name in contracts() if name.startswith(("bronze.", "ops."))]
    return hashes_of(lake, filled) | {"own": str(select(lake, "select sum(number), count(*) from ops.own"))}


def backed_up(lake: Lake, place: Settings, now: datetime | None = None) -> BackedUp:
    *_, last = back_up(lake, place, now or datetime.now(UTC))
    return last


def restored(settings: Settings, place: Settings, at: datetime | None = None) -> Lake:
    *_, last = restore(settings, place, manifest_of(Storage(place), at))
    assert last.done == last.total
    return Lake(settings)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "backups"))


@pytest.fixture
def filled(folder_lake: Lake, tmp_path: Path) -> Lake:
    fill(folder_lake, tmp_path)
    return folder_lake


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "restored"))


def test_a_lake_of_each_kind_comes_back_as_it_was(lake: Lake, place: Settings, tmp_path: Path):
    fill(lake, tmp_path)
    before, snapshot = content(lake), lake.snapshot_id()
    snapshots = select(lake, SNAPSHOTS)
    backed_up(lake, place)
    again = restored(lake.settings.elsewhere(f"{lake.settings.data}-again", str(tmp_path / "again.sqlite")), place)
    assert content(again) == before
    assert again.snapshot_id() == snapshot
    assert select(again, SNAPSHOTS) == snapshots
    as_of = Lake(again.settings, as_of=snapshot - 1)
    assert select(as_of, "select count(*) from ops.own") == [(100,)]
    land_one(again, tmp_path, "d")
    assert content(lake) == before, "a copy is a lake of its own"
    for one in (again, as_of):
        one.close()


@pytest.mark.postgres
def test_a_catalog_comes_back_as_the_other_kind(
    filled: Lake, place: Settings, elsewhere: Settings, new_postgres_database: Callable[[], str], tmp_path: Path
):
    before = content(filled)
    backed_up(filled, place)
    on_postgres = restored(elsewhere.elsewhere(elsewhere.data, new_postgres_database()), place)
    assert content(on_postgres) == before
    on_postgres.create()
    land_one(on_postgres, tmp_path, "d")
    later = content(on_postgres)
    second = Settings(data=str(tmp_path / "backups of the second"))
    backed_up(on_postgres, second)
    password = str(on_postgres.settings.catalog).partition("://")[2].partition("@")[0]
    assert all(password.encode() not in path.read_bytes() for path in Path(second.data).rglob("*") if path.is_file())
    on_sqlite = restored(Settings(data=str(tmp_path / "sqlite again")), second)
    assert content(on_sqlite) == later
    land_one(on_sqlite, tmp_path, "e")
    for one in (on_postgres, on_sqlite):
        one.close()


@pytest.mark.azurite
def test_a_folder_is_backed_up_to_blob_and_back(filled: Lake, elsewhere: Settings, azurite: str, azure_container: str):
    before = content(filled)
    with_blob = Settings(data=filled.settings.data, catalog=filled.settings.catalog, azure_connection_string=azurite)
    blob = with_blob.elsewhere(f"az://{azure_container}/backups")
    backed_up(Lake(with_blob), blob)
    again = restored(with_blob.elsewhere(elsewhere.data), blob)
    assert content(again) == before
    again.close()


def test_a_second_backup_copies_what_is_new_and_both_come_back(
    filled: Lake, place: Settings, elsewhere: Settings, tmp_path: Path
):
    first, before = backed_up(filled, place, NOW), content(filled)
    assert first.copied == first.total > 10
    land_one(filled, tmp_path, "d")
    second = backed_up(filled, place, NOW + timedelta(hours=1))
    assert 0 < second.copied < 5
    assert second.bytes_copied < first.bytes_copied
    third = backed_up(filled, place, NOW + timedelta(hours=2))
    assert (third.copied, third.total) == (0, second.total)
    assert taken_at(Storage(place)) == [NOW + timedelta(hours=hours) for hours in range(3)]
    newest, at_first = restored(elsewhere, place), Settings(data=str(tmp_path / "first"))
    assert content(newest) == content(filled) != before
    older = restored(at_first, place, NOW + timedelta(minutes=59))
    assert content(older) == before
    with pytest.raises(NoBackupError, match=r"no backup as old as 2013-02-28 .* the oldest was taken at 2013-03-01"):
        manifest_of(Storage(place), NOW - timedelta(days=1))
    for one in (newest, older):
        one.close()


def test_what_is_broken_off_is_no_backup_and_what_it_copied_is_not_copied_again(filled: Lake, place: Settings):
    steps = back_up(filled, place, NOW)
    total = next(steps).total
    for _ in range(5):
        next(steps)
    steps.close()
    with pytest.raises(NoBackupError, match="There is no backup at"):
        manifest_of(Storage(place))
    whole = backed_up(filled, place, NOW)
    assert (whole.total, whole.done) == (total, total)
    assert whole.copied <= total - 5


def test_files_that_housekeeping_removes_in_between_are_not_missed(
    filled: Lake, place: Settings, elsewhere: Settings, tmp_path: Path
):
    steps = back_up(filled, place, datetime.now(UTC))
    next(steps)
    for name in "defg":
        land_one(filled, tmp_path, name)
    gone = maintain(filled, datetime.now(UTC) + FAR_AHEAD)
    assert gone.files_removed > 3
    *_, last = steps
    again = restored(elsewhere, place)
    assert content(again) == content(filled)
    assert last.snapshot_id == filled.snapshot_id()
    again.close()


@on_opposite_kinds()
def test_a_backup_while_others_write_is_of_one_instant(lake: Lake, place: Settings, tmp_path: Path):
    fill(lake, tmp_path)
    is_over = threading.Event()

    def write() -> None:
        own = Lake(lake.settings)
        for number in range(200):
            if is_over.is_set():
                break
            land_one(own, tmp_path, f"M{number}")
        own.close()

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        try:
            times = [datetime.now(UTC) for _ in range(3) if backed_up(lake, place)]
        finally:
            is_over.set()
        writer.result()
    counts = []
    for number, at in enumerate(times):
        again = restored(Settings(data=str(tmp_path / f"again-{number}")), place.elsewhere(place.data), at)
        ((rows, in_bronze, landings),) = select(again, CONSISTENT)
        assert rows == in_bronze == landings * 48
        counts.append(landings)
        again.close()
    assert counts == sorted(counts)
    assert counts[-1] > 3, "the writer was at it"


@pytest.mark.parametrize("damage", ["deleted", "truncated", "flipped"])
def test_a_damaged_backup_is_named_and_makes_no_lake(filled: Lake, place: Settings, elsewhere: Settings, damage: str):
    backed_up(filled, place)
    for pattern in ("files/tables/bronze/*/*.parquet", "files/landing/*/*/*.zst", "catalogs/*", "backups/*"):
        victim = min(path for path in Path(place.data).glob(pattern) if path.is_file())
        whole = victim.read_bytes()
        if damage == "deleted":
            victim.unlink()
        else:
            middle = len(whole) // 2
            victim.write_bytes(
                whole[:middle] + (b"" if damage == "truncated" else bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
            )
        with pytest.raises((ValueError, OSError)) as caught:
            list(restore(elsewhere, place, manifest_of(Storage(place))))
        assert victim.name in str(caught.value) or pattern == "backups/*"
        assert not elsewhere.catalog_file.exists()
        victim.write_bytes(whole)
        shutil.rmtree(elsewhere.data, ignore_errors=True)
    again = restored(elsewhere, place)
    assert content(again) == content(filled)
    again.close()


def test_a_lost_file_of_the_lake_is_told_and_earlier_backups_stay(filled: Lake, place: Settings, tmp_path: Path):
    backed_up(filled, place, NOW)
    land_one(filled, tmp_path, "d")
    ((lost,),) = select(filled, "select archive_path from ops.landing where name = 'd.csv'")
    (Path(filled.settings.data) / lost).unlink()
    with pytest.raises(DamagedFileError, match=rf"{lost} is named by the catalog .* `wattlake verify`"):
        backed_up(filled, place, NOW + timedelta(hours=1))
    assert taken_at(Storage(place)) == [NOW]


def test_a_restore_goes_on_where_it_was_broken_off(filled: Lake, place: Settings, elsewhere: Settings):
    backed_up(filled, place)
    steps: Iterator[Restored] = restore(elsewhere, place, manifest_of(Storage(place)))
    for _ in range(6):
        next(steps)
    steps.close()
    assert not elsewhere.catalog_file.exists()
    steps = restore(elsewhere, place, manifest_of(Storage(place)))
    first, *others = steps
    assert first.done >= 5
    assert [first, *others][-1].done == first.total > 10
    again = Lake(elsewhere)
    assert content(again) == content(filled)
    again.close()


def test_a_place_that_is_not_empty_is_refused(filled: Lake, place: Settings, elsewhere: Settings):
    backed_up(filled, place)
    before = content(filled)
    with pytest.raises(PlaceTakenError, match="restored to an empty place only"):
        list(restore(filled.settings, place, manifest_of(Storage(place))))
    assert content(filled) == before
    orphan = Path(elsewhere.data) / "landing" / "x"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    with pytest.raises(PlaceTakenError, match="1 files of a lake are at"):
        list(restore(elsewhere, place, manifest_of(Storage(place))))


def test_a_place_of_another_lakes_backups_is_refused(
    filled: Lake, place: Settings, elsewhere: Settings, tmp_path: Path
):
    backed_up(filled, place)
    copy = restored(elsewhere, place)
    land_one(copy, tmp_path, "d")
    with pytest.raises(OtherLakeError, match="holds backups of another lake"):
        backed_up(copy, place)
    assert len(taken_at(Storage(place))) == 1
    copy.close()


def test_where_it_was_lost_from_a_lake_comes_back_as_itself(filled: Lake, place: Settings):
    backed_up(filled, place)
    before, settings = content(filled), filled.settings
    filled.close()
    shutil.rmtree(settings.data)
    for file in settings.catalog_file.parent.glob("catalog.sqlite*"):
        file.unlink()
    again = restored(settings, place)
    assert content(again) == before
    backed_up(again, place)
    assert len(taken_at(Storage(place))) == 2
    again.close()
