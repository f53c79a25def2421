"""What a run makes of sources that fail: for a while, for good, or because what they gave is wrong."""

from collections.abc import Iterator

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId

from tests.support.small_world import SmallWorld, small_world
from wattlake.app.sandbox.faults import Fault, Faults
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

PRICES_FAIL = Fault("server_error", path="/price", status=404)


@pytest.fixture
def misbehaving(tmp_path) -> Iterator["Misbehaving"]:
    """A function that makes a small world whose APIs misbehave as told."""
    made = Misbehaving(tmp_path / "world")
    yield made
    made.end()


class Misbehaving:
    def __init__(self, folder):
        self.folder, self.opened = folder, []

    def __call__(self, *rules: Fault) -> SmallWorld:
        self.opened.append(small_world(self.folder, members=4, days=3, faults=Faults(rules)))
        return self.opened[-1].__enter__()

    def end(self):
        for opened in self.opened:
            opened.__exit__(None, None, None)


def tries_by_task(state) -> dict[str, int]:
    """How many times each task of a flow run was tried."""
    mine = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        return {run.name: run.run_count for run in client.read_task_runs(task_run_filter=mine)}


def counts(folder, *tables):
    lake = Lake(Settings(data=str(folder)), read_only=True)
    rows = [lake.reader().execute(f"select count(*) from {table}").fetchall()[0][0] for table in tables]
    lake.close()
    return rows


def newest_run(folder):
    lake = Lake(Settings(data=str(folder)), read_only=True)
    run = status.runs(lake.reader(), newest=1).records()[0]
    lake.close()
    return run


def test_a_source_that_fails_fails_the_run_but_the_others_are_landed_built_and_forecast(
    misbehaving, prefect_harness, use_settings, at_once, tmp_path
):
    from wattlake.flows.pipeline import pipeline

    world = misbehaving(PRICES_FAIL)
    use_settings(world.settings(tmp_path / "lake"))
    state = pipeline(**world.days_asked, return_state=True)

    assert state.is_failed()
    assert "1 of 6 sources failed; the others were landed. energy_charts: Asked" in state.message
    assert tries_by_task(state)["land energy_charts"] == 1
    prices, *others = counts(
        tmp_path / "lake",
        "bronze.energy_charts",
        *("bronze.smart_meters", "bronze.members", "bronze.open_meteo", "bronze.pvgis", "bronze.carbon_intensity"),
        *("warehouse.fact_energy_flow", "warehouse.dim_weather", "warehouse.fact_forecast"),
    )
    assert prices == 0
    assert all(others)
    run = newest_run(tmp_path / "lake")
    assert (run["status"], "energy_charts" in run["message"]) == ("failed", True)


@pytest.mark.long
def test_a_bad_meter_file_is_named_and_stops_neither_the_other_files_nor_the_run_after_it(
    misbehaving, prefect_harness, use_settings, at_once, tmp_path
):
    from wattlake.flows.pipeline import pipeline

    world = misbehaving()
    bad = world.folder / "smart_meters" / "zz_not_readings.csv"
    bad.write_text("when,what\nyesterday,nothing\n")
    use_settings(world.settings(tmp_path / "lake"))
    state = pipeline(**world.days_asked, return_state=True)

    assert state.is_failed()
    assert "smart_meters: " in state.message
    assert bad.name in state.message
    assert tries_by_task(state)["land smart_meters"] == 1
    assert all(counts(tmp_path / "lake", "bronze.members", "bronze.open_meteo", "warehouse.dim_weather"))

    bad.unlink()
    assert pipeline(**world.days_asked, return_state=True).is_completed()
    assert all(counts(tmp_path / "lake", "warehouse.fact_energy_flow", "warehouse.fact_forecast"))


def test_storage_that_does_not_answer_is_tried_again(misbehaving, prefect_harness, use_settings, at_once, tmp_path):
    from wattlake.flows.ingest import ingest

    world = misbehaving()
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "landing").write_text("a file where the folder of the raw files is to be")
    use_settings(world.settings(tmp_path / "lake"))
    state = ingest(sources=["energy_charts"], **world.days_asked, return_state=True)

    assert state.is_failed()
    assert "A file stands where a folder is needed" in state.message
    assert tries_by_task(state)["land energy_charts"] == 3


def test_a_service_that_fails_for_a_while_is_asked_again_within_the_one_try(
    misbehaving, prefect_harness, use_settings, at_once, tmp_path
):
    from wattlake.flows.ingest import ingest

    world = misbehaving(Fault("server_error", path="/price", status=503, requests=1, retry_after_seconds=0))
    use_settings(world.settings(tmp_path / "lake"))
    state = ingest(sources=["energy_charts"], **world.days_asked, return_state=True)

    assert state.is_completed()
    assert tries_by_task(state)["land energy_charts"] == 1
    assert counts(tmp_path / "lake", "bronze.energy_charts") == [state.result()]


def test_an_answer_that_is_not_what_it_should_be_is_not_asked_for_again(
    misbehaving, prefect_harness, use_settings, at_once, tmp_path
):
    from wattlake.flows.ingest import ingest

    world = misbehaving(Fault("empty", path="/price"))
    use_settings(world.settings(tmp_path / "lake"))
    state = ingest(sources=["energy_charts"], **world.days_asked, return_state=True)

    assert state.is_failed()
    assert tries_by_task(state)["land energy_charts"] == 1


def test_a_source_there_is_not_is_told_with_those_there_are(prefect_harness, use_settings, tmp_path):
    from wattlake.flows.ingest import ingest

    use_settings({"WATTLAKE_DATA": str(tmp_path)})
    with pytest.raises(ValueError, match=r"no source `tea_leaves`\. The sources are: carbon_intensity, energy_charts"):
        ingest(sources=["tea_leaves"])


def test_days_the_wrong_way_round_start_nothing(prefect_harness, use_settings, tmp_path):
    from wattlake.flows.pipeline import pipeline

    use_settings({"WATTLAKE_DATA": str(tmp_path / "lake")})
    with pytest.raises(ValueError, match="Swap them"):
        pipeline(from_day="2026-02-02", to_day="2026-02-01")
    assert not (tmp_path / "lake").exists()
