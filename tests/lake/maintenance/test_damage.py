"""Files of every kind are damaged: each is detected, and comes back or is named as lost; ``make torture`` does 200."""

import shutil
from pathlib import Path

from benchmarks.torture.damage import DAMAGES, damages
from tests.support.lived import LAKE
from wattlake.lake.settings import Settings

pytest_plugins = ("tests.support.lived",)


def test_damaged_files_are_detected_and_come_back_or_are_named(lived: Path, tmp_path: Path):
    shutil.copytree(lived / LAKE, tmp_path / "lake")
    trial = damages(lambda: Settings(data=str(tmp_path / "lake")), "SQLite", tmp_path / "files", count=10, seed=1)
    assert trial.failures == []
    assert {kind.rpartition(", ")[2] for kind in trial.details} == set(DAMAGES)
    assert {kind.rpartition(", ")[0] for kind in trial.details} >= {"bronze", "silver", "gold", "ops", "a model"}
