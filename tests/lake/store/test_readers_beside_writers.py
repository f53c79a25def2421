"""Readers of a lake to which others land, build, rebuild and keep house: they never err and never see a mixture."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.torture.readers import readers
from harness.lake_community import STAGES
from harness.lake_steps import build_all, hashes
from wattlake.lake.build import plan, steps
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FAR_AHEAD = timedelta(days=400)
PAUSE_SECONDS = 0.1
"""Ten times that of `make torture`: without a rest, readers take the writer's processors and see no more states."""


@pytest.mark.parametrize(
    "catalog_place",
    [pytest.param("sqlite", marks=pytest.mark.long), pytest.param("postgres", marks=pytest.mark.postgres)],
)
def test_readers_never_err_and_never_see_a_mixture(
    request: pytest.FixtureRequest,
    new_lake: Callable[[Settings], Lake],
    tmp_path: Path,
    undisturbed: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    catalog_place: str,
):
    monkeypatch.setattr(steps, "READINGS_AT_ONCE", 300)
    monkeypatch.setattr(plan, "DAYS_AT_ONCE", 2)
    monkeypatch.setattr(plan, "READINGS_OF_A_CHUNK", 1)
    catalog = request.getfixturevalue("postgres_database") if catalog_place == "postgres" else ""
    lake = new_lake(Settings(data=str(tmp_path / "lake"), catalog=catalog))
    with readers(lake.settings, processes=2, pause_seconds=PAUSE_SECONDS) as polls:
        transactions = 0
        for number, stage in enumerate(STAGES):
            stage(lake, tmp_path)
            transactions += len(build_all(lake, f"chunked-{number}"))
            maintain(lake, datetime.now(UTC))
        lake.write(forget_progress, lock="build")
        transactions += len(build_all(lake, "full"))
        maintain(lake, datetime.now(UTC) + FAR_AHEAD)
    assert polls.failures == []
    assert polls.count >= 100
    assert polls.states >= 4, "they saw it grow"
    assert transactions > 12, "of many transactions"
    assert hashes(lake) == undisturbed
