"""Repair: what follows from something else comes back as it was, and what does not is named."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from harness.lake_community import land_everything
from harness.lake_steps import LAYOUTS, NOW, build_all, hashes, hashes_of, land_rows, live_file, read_rows, select
from harness.short_calendar import calendar_of_one_year
from tests.support.full import on_opposite_kinds
from tests.support.origins import AT_ONCE
from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.relanding import refill
from wattlake.lake.layers import is_view
from wattlake.lake.maintenance.backup import back_up
from wattlake.lake.maintenance.backup_manifest import NoBackupError
from wattlake.lake.maintenance.fetching import fetch_from_backup
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.maintenance.repair import Repaired, forget_damaged, tables_of
from wattlake.lake.maintenance.verification import Fault, broken_sums, verify
from wattlake.lake.market.settlement import settle
from wattlake.lake.models.graph import downstream, models
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.table_files import TableFile, table_files

LAYERS = ("bronze", "silver", "quarantine", "gold", "warehouse", "star")
DAMAGED = (
    "bronze.smart_meters", "bronze.open_meteo", "silver.meter_reading", "silver.spot_price", "gold.energy_flow",
    "gold.energy_balance_daily", "ops.progress", "ops.landing", "ops.reconciliation",
)  # fmt: skip
LANDED = "select * exclude (asked) from ops.landing order by all"
"""The register tells what was asked also where the table, from before it was kept, does not."""


def damage(lake: Lake, path: str, how: str) -> None:
    storage = Storage(lake.settings)
    content = bytearray(storage.read(path))
    storage.remove(path)
    for position in random.Random(0).sample(range(len(content)), min(64, len(content))):
        content[position] ^= 0xFF if how == "flipped" else 0
    if how != "deleted":
        storage.write(path, bytes(content if how == "flipped" else content[: len(content) // 2]))


def faults_of(lake: Lake) -> list[Fault]:
    return [fault for step in verify(lake, deep=True) for fault in step.faults]


def refilled(lake: Lake) -> list[str]:
    sources = [source for (source,) in select(lake, "select distinct source from ops.landing")]
    steps = [step for source in sources for step in refill(lake, source, LAYOUTS.get(source, ()), read_rows)]
    return [fault for step in steps for fault in step.faults]


def repaired(lake: Lake) -> Repaired:
    """What ``wattlake repair`` does."""
    done = forget_damaged(lake, faults_of(lake))
    assert refilled(lake) == []
    build_all(lake, "repair")
    return done


@on_opposite_kinds(pytest.mark.long)
@pytest.mark.timeout(900)  # Seconds, most of them for two builds and a settlement.
def test_every_table_that_follows_comes_back_as_it_was(lake: Lake, tmp_path: Path):
    with calendar_of_one_year():
        land_everything(lake, tmp_path / "files")
        build_all(lake)
        list(settle(lake, NOW, "settle"))
        build_all(lake, "bills")
        lake.hash_files()
        before = hashes(lake, *LAYERS)
        landed = select(lake, LANDED)
        for number, table in enumerate(DAMAGED):
            damage(lake, live_file(lake, table).path, ("deleted", "truncated", "flipped")[number % 3])
        named = {fault.file.table for fault in faults_of(lake) if isinstance(fault.file, TableFile)}
        assert named == set(DAMAGED)
        assert repaired(lake).lost == ()
        assert faults_of(lake) == []
        assert hashes(lake, *LAYERS) == before
        assert select(lake, LANDED) == landed
        list(settle(lake, NOW, "again"))
        assert hashes(lake, *LAYERS) == before


@pytest.mark.long
def test_a_lost_file_of_the_ledger_keeps_nothing_else_from_coming_back(copied_lake: Callable[[str], Lake]):
    lake, ledger = copied_lake(AT_ONCE), "gold.settled_trade"
    list(settle(lake, NOW, "settle"))
    build_all(lake, "bills")
    others = [name for name in models() if name not in downstream([ledger]) and not is_view(name)]
    before = hashes_of(lake, others)
    assert "gold.energy_balance_daily" in others
    for table in ("silver.meter_reading", "gold.energy_balance_daily", ledger):
        damage(lake, live_file(lake, table).path, "deleted")

    repair = forget_damaged(lake, faults_of(lake))
    assert tables_of(repair.lost) == {ledger}
    assert refilled(lake) == []
    build_all(lake, "repair", lost=tables_of(repair.lost))
    assert hashes_of(lake, others) == before
    assert [fault.file.table for fault in faults_of(lake) if fault.file] == [ledger]
    with pytest.raises(duckdb.IOException, match="settled_trade"):
        build_all(lake, "next")

    accepted = forget_damaged(lake, faults_of(lake), accepts_loss=True)
    assert ([fault.file.table for fault in accepted.let_go if fault.file], accepted.lost) == ([ledger], ())
    build_all(lake, "accepted")
    assert faults_of(lake) == []
    assert any("is not what the hashes say" in sentence for sentence in broken_sums(lake.reader()))


@pytest.fixture
def landed(folder_lake: Lake) -> Lake:
    for number in range(3):
        rows = [{"price": str(number)}, {"price": "x"}]
        land_rows(folder_lake, "energy_charts", f"https://p.test/{number}", rows)
    return folder_lake


def test_a_repair_that_was_broken_off_goes_on(landed: Lake):
    before = hashes(landed, "bronze")
    damage(landed, live_file(landed, "bronze.energy_charts").path, "deleted")
    assert forget_damaged(landed, faults_of(landed)).is_forgotten
    assert hashes(landed, "bronze") != before
    assert forget_damaged(landed, faults_of(landed)).lost == ()
    assert refilled(landed) == []
    assert hashes(landed, "bronze") == before


def test_what_has_no_other_copy_is_named_and_comes_back_from_a_backup(landed: Lake, tmp_path: Path):
    place = Settings(data=str(tmp_path / "backups"))
    landed.write(lambda connection: connection.execute("create table ops.own as select 1 as number"))
    list(back_up(landed, place, NOW))
    ((payload,),) = select(landed, "select min(archive_path) from ops.landing")
    own = live_file(landed, "ops.own").path
    for path in (payload, own):
        damage(landed, path, "flipped")
    lost = forget_damaged(landed, faults_of(landed)).lost
    assert sorted(fault.file.path for fault in lost if fault.file) == sorted([payload, own])
    assert sorted(fetch_from_backup(landed, Storage(place), lost)) == sorted([payload, own])
    assert faults_of(landed) == []
    assert select(landed, "select number from ops.own") == [(1,)]


def test_rows_whose_payload_is_lost_too_are_named_and_the_others_stay(landed: Lake):
    ((payload,),) = select(landed, "select archive_path from ops.landing where landing_id = 1")
    for file in table_files(landed.reader()):
        if file.table == "bronze.energy_charts":
            damage(landed, file.path, "deleted")
    damage(landed, payload, "deleted")
    assert forget_damaged(landed, faults_of(landed)).is_forgotten
    assert [payload in fault for fault in refilled(landed)] == [True]
    assert select(landed, "select distinct _landing_id from bronze.energy_charts order by 1") == [(2,), (3,)]


@pytest.mark.parametrize("how", ["deleted", "truncated", "flipped"])
def test_the_register_of_the_archive_is_written_anew(landed: Lake, how: str):
    publish(landed, "energy_charts")
    below = "landing/energy_charts/register/"
    before = {name: Storage(landed.settings).read(name) for name in Storage(landed.settings).names(below)}
    (path,) = before
    damage(landed, path, how)
    assert [fault.file.path for fault in faults_of(landed) if fault.file] == [path]
    repair = forget_damaged(landed, faults_of(landed))
    assert (repair.lost, repair.is_forgotten) == ((), False)
    assert {name: Storage(landed.settings).read(name) for name in Storage(landed.settings).names(below)} == before
    assert faults_of(landed) == []


def test_a_place_without_backups_is_refused_before_anything_is_forgotten(landed: Lake, tmp_path: Path):
    with pytest.raises(NoBackupError, match=r"no backup at .*typo. `wattlake backup"):
        fetch_from_backup(landed, Storage(Settings(data=str(tmp_path / "typo"))), [])


def test_past_snapshots_that_need_a_damaged_file_go_and_the_newest_stays(landed: Lake):
    landed.write(lambda connection: connection.execute("create table ops.own as select 1 as number"))
    lost = live_file(landed, "ops.own").path
    landed.write(lambda connection: connection.execute("delete from ops.own"))
    damage(landed, lost, "deleted")
    assert forget_damaged(landed, faults_of(landed)).snapshots_expired == 1
    assert faults_of(landed) == []
    assert select(landed, "select count(*) from ops.own") == [(0,)]
    maintain(landed, datetime.now(UTC) + timedelta(days=400))
    assert faults_of(landed) == []
    assert select(landed, "select count(*) from bronze.energy_charts") == [(6,)]
