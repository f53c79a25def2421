"""The deployments of ``prefect.yaml`` on a real Prefect server with a real worker."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml

from harness import services
from tests.support.small_world import SmallWorld
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

PREFECT = [sys.executable, "-m", "prefect", "--no-prompt"]
WAIT_SECONDS = 240


class Deployed:
    """The deployments on a server with a worker, and the lake that their runs write to."""

    def __init__(self, api: str, world: SmallWorld, folder: Path):
        self.api, self.world, self.folder = api, world, folder

    def prefect(self, *arguments: str) -> str:
        """What the command ``prefect`` says, started in the project's folder."""
        done = subprocess.run(
            [*PREFECT, *arguments],
            cwd=services.PROJECT,
            env=os.environ | {"PREFECT_API_URL": self.api, "NO_COLOR": "1", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, path: str, **body: object) -> list[dict[str, object]]:
        """The answer of the server's API."""
        return httpx.post(f"{self.api}/{path}/filter", json=body, timeout=30).raise_for_status().json()

    def runs(self, flow: str) -> list[dict[str, object]]:
        """The runs of a flow that were not made by a schedule for later, oldest first."""
        mine = {"flows": {"name": {"any_": [flow]}}, "sort": "START_TIME_ASC"}
        return [run for run in self.ask("flow_runs", **mine) if not run["auto_scheduled"]]

    def run(self, flow: str, **parameters: object) -> dict[str, object]:
        """Run a deployment, follow it to its end, and say what became of it."""
        given = [f"--param={name}={json.dumps(value, default=str)}" for name, value in parameters.items()]
        before = len(self.runs(flow))
        subprocess.run(
            [*PREFECT, "deployment", "run", f"{flow}/{flow}", "--watch", "--watch-interval=1", *given],
            cwd=self.folder.parent,
            env=os.environ | {"PREFECT_API_URL": self.api},
            capture_output=True,
            timeout=WAIT_SECONDS,
            check=False,  # the state says how it ended, and one test wants a run that fails
        )
        assert len(self.runs(flow)) == before + 1
        return self.runs(flow)[-1]


def wait_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not happen within {WAIT_SECONDS} s"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def deployed(prefect_server, world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("deployed") / "lake"
    made = Deployed(prefect_server, world, folder)
    settings = world.settings(folder) | {"PREFECT_API_URL": prefect_server, "PREFECT_WORKER_QUERY_SECONDS": "1"}
    settings["WATTLAKE_PROJECT"] = str(folder.parent)
    command = [*PREFECT, "worker", "start", "--pool", "wattlake", "--type", "process"]
    with services.running(command, **settings) as (worker, output):
        services.wait_for("The worker", worker, output, "started!")
        made.prefect("deploy", "--all")
        yield made


def test_every_deployment_has_its_time_its_limit_and_its_words(deployed):
    deployments = {one["name"]: one for one in deployed.ask("deployments")}
    schedules = {
        name: [schedule["schedule"]["cron"] for schedule in one["schedules"]] for name, one in deployments.items()
    }
    assert schedules == {
        "ingest": ["0 2 * * *"],
        "build": ["0 3 * * *"],
        "settle": [],
        "export": [],
        "export-by-the-clock": ["30 * * * *"],
        "forecast": ["0 6 * * *"],
        "maintain": ["0 4 * * 0"],
        "train": ["0 2 * * 0"],
        "backfill": [],
        "stream": [],
        "watch": [],
        "pipeline": [],
    }
    for name, one in deployments.items():
        assert all(schedule["schedule"]["timezone"] == "UTC" for schedule in one["schedules"])
        assert (name, one["global_concurrency_limit"]["limit"], one["work_pool_name"]) == (name, 1, "wattlake")
        assert one["description"]
        assert "wattlake" in one["tags"]
    assert deployments["build"]["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert deployments["ingest"]["parameters"] == {"sources": None, "days": 7}


def test_the_file_names_no_folder_of_a_machine():
    told = yaml.safe_load((services.PROJECT / "prefect.yaml").read_text())
    assert told["pull"] == []
    assert {":" in one["entrypoint"] or "/" in one["entrypoint"] for one in told["deployments"]} == {False}


def test_a_run_of_the_pipeline_fills_the_lake(deployed):
    run = deployed.run("pipeline", **deployed.world.days_asked)
    assert (run["state_type"], run["state"]["message"]) == ("COMPLETED", None)

    lake = Lake(Settings(data=str(deployed.folder)), read_only=True)
    rows = {f"{layer}.{table}": rows for layer, table, rows, _ in status.tables(lake.reader()).rows}
    for table in (
        "bronze.smart_meters",
        "silver.meter_reading",
        "warehouse.fact_energy_flow",
        "warehouse.fact_forecast",
    ):
        assert rows[table] > 0
    last = status.runs(lake.reader(), newest=1).records()[0]
    lake.close()
    assert (last["name"], last["status"]) == ("pipeline", "completed")

    mine = {"flow_run_id": {"any_": [run["id"]]}}
    lines = [log["message"] for log in deployed.ask("logs", logs=mine)]
    assert any(f"run={last['run_id']} landed source=smart_meters" in line for line in lines)
    artifacts = deployed.ask("artifacts", artifacts=mine)
    assert {one["type"] for one in artifacts} == {"table", "progress", "markdown"}
    (written,) = [json.loads(one["data"]) for one in artifacts if one["type"] == "table"]
    assert {row["table"]: row["rows"] for row in written}["bronze.members"] == rows["bronze.members"]


@pytest.mark.parametrize(
    ("sources", "ended"),
    [(["members"], "COMPLETED"), pytest.param(["tea_leaves"], "FAILED", marks=pytest.mark.long)],
)
def test_a_build_follows_an_ingest_however_it_ended(deployed, sources, ended):
    before = len(deployed.runs("build"))
    ingested = deployed.run("ingest", sources=sources, **deployed.world.days_asked)
    assert ingested["state_type"] == ended
    lines = [log["message"] for log in deployed.ask("logs", logs={"flow_run_id": {"any_": [ingested["id"]]}})]
    assert any("Traceback" in line and "no source `tea_leaves`" in line for line in lines) == (ended == "FAILED")
    wait_until(lambda: len(deployed.runs("build")) > before, "A build")
    wait_until(lambda: deployed.runs("build")[-1]["state_type"] == "COMPLETED", "The end of the build")
    assert len(deployed.runs("build")) == before + 1
