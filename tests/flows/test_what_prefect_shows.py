"""What Prefect keeps of a run: its artifacts and its log."""

import json

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, LogFilter, LogFilterFlowRunId
from prefect.logging.handlers import APILogHandler

from tests.support.small_world import environment


@pytest.fixture(scope="module")
def flow_run_id(world, prefect_harness, tmp_path_factory):
    """A run of the flow ``ingest``."""
    from wattlake.flows.ingest import ingest

    with environment(world.settings(tmp_path_factory.mktemp("ingested"))):
        return ingest(**world.days_asked, return_state=True).state_details.flow_run_id


@pytest.fixture(scope="module")
def artifacts(flow_run_id):
    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    with get_client(sync_client=True) as client:
        return client.read_artifacts(artifact_filter=mine)


def test_a_table_tells_what_the_run_wrote(artifacts):
    (table,) = [one for one in artifacts if one.type == "table"]
    assert table.key == "wattlake-ingest"
    written = {row["table"]: row["rows"] for row in json.loads(table.data)}
    assert written["bronze.members"] == 12
    assert written["gold.member_version"] == 6
    assert all(written.values())


def test_long_work_shows_how_far_it_came(artifacts):
    ends = {one.description: float(one.data) for one in artifacts if one.type == "progress"}
    assert ends["land members"] == 100
    assert ends["land pvgis"] == 100


def test_the_log_of_the_run_names_run_source_table_rows_and_seconds(flow_run_id):
    APILogHandler().flush()
    mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[flow_run_id]))
    with get_client(sync_client=True) as client:
        lines = [log.message for log in client.read_logs(log_filter=mine) if log.name.startswith("wattlake")]
    (landed,) = [line for line in lines if "landed source=smart_meters" in line]
    for said in (" run=", " table=bronze.smart_meters", " rows=", " seconds="):
        assert said in landed
