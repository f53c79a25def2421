"""Files of every kind are damaged: each is detected, and comes back or is named as lost; ``make torture`` does 200."""

from pathlib import Path

import pytest

from benchmarks.torture.damage import DAMAGES, damages
from wattlake.lake.settings import Settings


@pytest.mark.timeout(900)  # Seconds, most of them for the life of a lake before.
def test_damaged_files_are_detected_and_come_back_or_are_named(tmp_path: Path):
    trial = damages(lambda: Settings(data=str(tmp_path / "lake")), "SQLite", tmp_path / "files", count=10, seed=1)
    assert trial.failures == []
    assert {kind.rpartition(", ")[2] for kind in trial.details} == set(DAMAGES)
    assert {kind.rpartition(", ")[0] for kind in trial.details} >= {"bronze", "silver", "gold", "ops", "a model"}
