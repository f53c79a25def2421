"""docs/backup.md: its commands do what it says, on a lake that is lost."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.lake_steps import METER_HEADER, NOW, day_of_readings, hashes, land, live_file, written
from wattlake.app.cli import cli
from wattlake.lake.maintenance.backup_manifest import NoBackupError
from wattlake.lake.settings import PROJECT, Settings
from wattlake.lake.store.lake import Lake

COMMANDS = re.findall(r"^wattlake (.+)$", (PROJECT / "docs/backup.md").read_text(encoding="utf-8"), re.MULTILINE)


def run(command: str, tmp_path: Path) -> Result:
    """A command of the guide, with its places below the test's folder."""
    words = [str(tmp_path / word.strip("/")) if word.startswith("/") else word for word in command.split()]
    return CliRunner().invoke(cli, words, catch_exceptions=False)


@pytest.mark.long
def test_the_guides_commands_back_a_lake_up_and_have_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    lost, backed_up = tmp_path / "lost" / "lake", tmp_path / "backups" / "community"
    lake = Lake(Settings(data=str(lost)))
    lake.create()
    land(lake, "smart_meters", written(tmp_path / "a.csv", METER_HEADER, day_of_readings("A", NOW.date())))
    before = hashes(lake, "bronze")
    lake.close()
    backup, listing, restore, from_landing, verify, repair, repair_from = COMMANDS

    monkeypatch.setenv("WATTLAKE_DATA", str(lost))
    assert "files were new" in run(backup, tmp_path).output
    shutil.rmtree(lost / "tables")
    (lost / "catalog.sqlite").unlink()
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "restored"))
    listed = run(listing, tmp_path).output
    assert str(backed_up) in listed and "snapshot" in listed
    assert "the lake as it was at" in run(restore, tmp_path).output
    assert hashes(Lake(Settings()), "bronze") == before

    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "relanded"))
    again = run(from_landing, tmp_path)
    assert again.exit_code == 0 and "Restored from the archive" in again.output
    assert hashes(Lake(Settings()), "bronze") == before

    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "restored"))
    for mend in (repair, repair_from.replace("/backups/community", "/backups/of-the-copy")):
        run("backup /backups/of-the-copy", tmp_path)
        damaged = tmp_path / "restored" / live_file(Lake(Settings()), "bronze.smart_meters").path
        damaged.write_bytes(damaged.read_bytes()[:-9] + b"x" * 9)
        assert run(verify, tmp_path).exit_code == 1
        run(mend, tmp_path)
        assert run(verify, tmp_path).exit_code == 0
        assert hashes(Lake(Settings()), "bronze") == before


def test_what_cannot_be_restored_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    with pytest.raises(ValueError, match="Name the place of the backups"):
        run("restore", tmp_path)
    with pytest.raises(NoBackupError, match="There is no backup at"):
        run("restore /nowhere", tmp_path)
    orphan = tmp_path / "lake" / "tables" / "x.parquet"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    with pytest.raises(ValueError, match=r"files of tables at .* but no catalog that names them"):
        run("restore --from-landing", tmp_path)
    assert orphan.exists()
