"""A build that is killed in the middle leaves the state before it, and the next one completes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lake.catalog import Lake
from lake.models import models
from lake.settings import Settings
from tests.lake_community import STAGES
from tests.lake_steps import build_all, hashes
from tests.services import PROJECT

BUILDS_UNTIL_KILLED = """
import sys, time
from lake import transaction
from lake.build import build
from lake.catalog import Lake
from lake.settings import Settings
from tasks.producers import producers
from tests.lake_steps import NOW

def endless(weather):
    print("in the middle", flush=True)
    time.sleep(600)

# Of the producer's own module, or the next build would take the table for one that is made by something new.
endless.__module__ = "tasks.producers.pv_output_hourly"

transaction.READINGS_AT_ONCE = int(sys.argv[3])
lake = Lake(Settings(data=sys.argv[1], catalog=sys.argv[2]))
how = producers() | {"gold.pv_output_hourly": endless}
for step in build(lake, how, "killed", NOW):
    print("step", flush=True)
"""


@pytest.mark.parametrize(
    "catalog_place", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], ids=lambda place: place
)
def test_a_killed_build_leaves_the_state_before_it_and_the_next_one_completes(
    request: pytest.FixtureRequest, tmp_path: Path, undisturbed: dict[str, str], catalog_place: str
):
    catalog = request.getfixturevalue("postgres_database") if catalog_place == "postgres" else ""
    lake = Lake(Settings(data=str(tmp_path / "lake"), catalog=catalog))
    lake.create()
    STAGES[0](lake, tmp_path)
    build_all(lake, "before")
    gold = {table: found for table, found in hashes(lake, "gold").items() if table != "gold.forecast"}
    for stage in STAGES[1:]:
        stage(lake, tmp_path)
    silver = hashes(lake, "silver")
    steps = killed_in_the_middle(lake, readings_at_once=200)
    assert steps > 1
    changed = {table for table, found in hashes(lake, "silver").items() if found != silver[table]}
    assert "silver.meter_reading" in changed, "transactions before the kill are kept"
    left = hashes(lake, "gold")
    assert {table for table in gold if models()[table].by_period and left[table] != gold[table]} == set()
    build_all(lake, "after")
    assert hashes(lake) == undisturbed
    lake.close()


def killed_in_the_middle(lake: Lake, readings_at_once: int) -> int:
    """Kill a build in another process while a producer runs; gives the transactions it had committed."""
    settings = lake.settings
    lake.close()
    program = subprocess.Popen(
        [sys.executable, "-c", BUILDS_UNTIL_KILLED, settings.data, settings.catalog, str(readings_at_once)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    steps = 0
    for said in program.stdout:
        if said == "in the middle\n":
            break
        steps += 1
    program.send_signal(signal.SIGKILL)
    program.stdout.close()
    assert program.wait(30) == -signal.SIGKILL
    return steps
