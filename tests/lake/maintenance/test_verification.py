"""Verification names every file that is lost or damaged, of each kind, whichever bytes were changed."""

import random
from pathlib import Path

import pytest

from harness.lake_steps import NOW, build_all, land_rows
from wattlake.lake.landing.archive_register import publish
from wattlake.lake.maintenance.backup import back_up
from wattlake.lake.maintenance.verification import broken_sums, catalog_fault, lost_files, named_files, verify
from wattlake.lake.settings import Settings
from wattlake.lake.store.copying import DamagedFileError
from wattlake.lake.store.file_hashes import new_hashes
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

KINDS = [
    "tables/bronze/energy_charts/", "tables/ops/landing/", "landing/energy_charts/2013",
    "landing/energy_charts/register/0",
]  # fmt: skip
ROWS = [{"price": str(number)} for number in range(500)]


def faults_of(lake: Lake) -> list[str]:
    return [str(fault) for step in verify(lake, deep=True) for fault in step.faults]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_a_cut_and_a_damaged_file_are_named(folder_lake: Lake, kind: str):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", ROWS)
    publish(folder_lake, "energy_charts")
    assert faults_of(folder_lake) == []
    storage = Storage(folder_lake.settings)
    stored = set(storage.names()) - {"lake.json"}
    assert {file.path for file in named_files(storage, folder_lake.reader(), stored)[0]} == stored
    (name,) = (name for name in stored if name.startswith(kind))
    file = Path(folder_lake.settings.data) / name
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damage, content in {"cut": whole[: len(whole) // 2], "flipped": bytes(flipped), "lost": None}.items():
        file.unlink() if content is None else file.write_bytes(content)
        assert any(name in fault for fault in faults_of(folder_lake)), damage
    folder_lake.close()


def test_any_changed_bit_of_a_tables_file_is_detected_and_not_backed_up(folder_lake: Lake, tmp_path: Path):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", ROWS)
    (file,) = Path(folder_lake.settings.data).glob("tables/bronze/energy_charts/**/*.parquet")
    whole = file.read_bytes()
    chance = random.Random(0)
    for _ in range(100):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        assert len(faults_of(folder_lake)) == 1
    with pytest.raises(DamagedFileError, match=file.name):
        list(back_up(folder_lake, Settings(data=str(tmp_path / "backups")), NOW))


def test_what_a_kill_left_without_a_hash_is_hashed_later(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wattlake.lake.store.lake.hash_committed", lambda *_: None)
    land_rows(lake, "energy_charts", "https://p.test/1", ROWS)
    monkeypatch.undo()
    land_rows(lake, "energy_charts", "https://p.test/2", ROWS)
    assert len(new_hashes(lake.reader(), lake.settings)) >= 2
    assert lake.hash_files() >= 2
    assert new_hashes(lake.reader(), lake.settings) == {}
    assert faults_of(lake) == []


def test_readings_that_went_missing_are_named(folder_lake: Lake):
    price = {"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "1", "unit": "EUR/MWh"}
    land_rows(folder_lake, "energy_charts", "https://p.test/1", [price, price | {"unix_seconds": "1357002000"}])
    build_all(folder_lake, only="silver.spot_price")
    assert broken_sums(folder_lake.reader()) == []
    folder_lake.write(lambda connection: connection.execute("delete from silver.spot_price"))
    (sentence,) = broken_sums(folder_lake.reader())
    assert sentence.startswith("2 readings of silver.spot_price are not accounted for.")


def test_lost_files_are_told_in_a_sentence(folder_lake: Lake):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", ROWS)
    assert lost_files(folder_lake) == []
    (archived,) = Path(folder_lake.settings.data).glob("landing/energy_charts/2013*/*")
    archived.unlink()
    (sentence,) = lost_files(folder_lake)
    assert sentence.startswith("1 files that the lake names are missing or cut, the first is landing/energy_charts/")
    assert "`wattlake repair`" in sentence


def test_a_catalog_whose_pages_are_damaged_is_told(folder_lake: Lake):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", ROWS)
    folder_lake.close()
    catalog = folder_lake.settings.catalog_file
    assert catalog_fault(folder_lake.settings) is None
    whole = catalog.read_bytes()
    page = 4096
    clobbered = whole[: 2 * page] + b"\xff" * 64 + whole[2 * page + 64 :]
    for damage, content in {"cut": whole[: 3 * page], "clobbered": clobbered, "not SQLite": b"x" * page}.items():
        catalog.write_bytes(content)
        fault = catalog_fault(folder_lake.settings)
        assert fault is not None and "is damaged" in fault and "wattlake restore" in fault, damage


def test_a_catalog_that_cannot_be_read_is_not_called_damaged(folder_lake: Lake):
    folder_lake.close()
    catalog = folder_lake.settings.catalog_file
    kept = catalog.read_bytes()
    catalog.unlink()
    catalog.mkdir()
    with pytest.raises(OSError, match="cannot be read or copied"):
        catalog_fault(folder_lake.settings)
    catalog.rmdir()
    catalog.write_bytes(kept)
    assert catalog_fault(folder_lake.settings) is None
