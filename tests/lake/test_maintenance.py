"""Housekeeping merges files and lets old snapshots go, and no reader can tell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from lake.catalog import Lake
from lake.maintenance import maintain
from lake.storage import Storage
from tests.lake_community import STAGES, stage_1, stage_2
from tests.lake_steps import NOW, build_all, hashes, land_rows, select


def snapshots(lake: Lake) -> int:
    return int(select(lake, "select count(*) from ducklake_snapshots('lake')")[0][0])


def test_old_snapshots_and_files_go_and_every_table_stays_what_it_was(lake: Lake, tmp_path: Path):
    """Snapshots bear the real time, so only a time far ahead makes them old."""
    real_now = datetime.now(UTC)
    for number in range(5):
        land_rows(lake, "energy_charts", f"https://p.test/{number}", [{"price": f"{number}"}], now=NOW)
        build_all(lake, f"build-{number}", only="gold.zone")
    stage_1(lake, tmp_path)
    build_all(lake, "whole")
    before, tables = hashes(lake), Storage(lake.settings).names()
    count = snapshots(lake)

    young = maintain(lake, real_now)
    assert (young.snapshots_expired, young.files_removed) == (0, 0)
    assert young.files_after < young.files_before
    assert snapshots(lake) >= count
    assert set(tables) <= set(Storage(lake.settings).names()), "nothing young is removed"
    assert hashes(lake) == before

    old = maintain(lake, real_now + timedelta(days=400))
    assert old.snapshots_expired > 8
    assert old.files_removed > 5
    assert snapshots(lake) < count - 8
    assert hashes(lake) == before
    archive = [name for name in tables if name.startswith("landing/")]
    assert [name for name in Storage(lake.settings).names() if name.startswith("landing/")] == archive
    assert "snapshots expired" in str(old)
    stage_2(lake, tmp_path)
    assert build_all(lake, "after")[-1].is_last


def test_a_lake_kept_between_stages_ends_as_one_that_never_was(
    calendar_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    for number, stage in enumerate(STAGES):
        stage(calendar_lake, tmp_path)
        # Silver that gold has not seen yet must stay in the change feed.
        build_all(calendar_lake, f"build-{number}", only="gold.zone" if number == 1 else None)
        maintain(calendar_lake, datetime.now(UTC) + timedelta(days=400))
    assert hashes(calendar_lake) == undisturbed
    assert build_all(calendar_lake, "nothing new") == []
