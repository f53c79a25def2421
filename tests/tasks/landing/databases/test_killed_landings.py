"""Landings of a database that are killed at every point lose no row and double none, and the next run goes on."""

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.torture.points import AFTER_COMMIT, ARCHIVED, ARCHIVING, BEFORE_COMMIT, Point
from tests.support.databases import Origin
from tests.support.described_databases import METERS, describe, empty_lake, lake, origin, project, reading, table
from tests.support.whole_way import in_a_process
from wattlake.lake.sql import scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.relanding import reland_all

__all__ = ["describe", "empty_lake", "lake", "origin", "project"]

POINTS = (
    ARCHIVING,
    ARCHIVED,
    Point("between archive and bronze", "before", "insert into bronze"),
    Point("between bronze and its registration", "after", "insert into bronze"),
    AFTER_COMMIT,
    Point(
        "while the second landing is read",
        "before",
        "create or replace temp table read_rows",
        "insert into ops.landing",
    ),
    BEFORE_COMMIT,
)
OWN = ("origin", "", "bronze.origin", "kwh::decimal(12, 6)::varchar")
MAPPED = ("metering", METERS.format(format="%Y-%m-%d %H:%M:%S"), "bronze.smart_meters", "cells ->> '$.kwh'")


def rows(lake: Lake, relation: str, value: str) -> Counter[str]:
    """The values of the rows of a table, each with how often it is there."""
    with lake.reader() as connection:
        return Counter(kwh for (kwh,) in connection.execute(f"select {value} from {relation}").fetchall())


@pytest.mark.parametrize("origin", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("name", "keys", "relation", "value"), [OWN, MAPPED], ids=["own table", "mapped"])
def test_a_killed_landing_leaves_whole_landings_and_the_next_run_lands_the_rest(
    origin: Origin, describe, project: Path, lake: Lake, new_lake, tmp_path: Path, name, keys, relation, value
):
    readings = {f"{number}.500000": reading(number, kwh=f"{number}.5") for number in range(1, 8)}
    table(origin, *list(readings.values())[:5])
    read = "query = '''select id, meter, read_at at time zone 'utc' as read_at, kwh from readings'''"
    describe(origin, read, 'watermark = "id"', "chunk_rows = 2", "look_back = 9", keys, name=name)
    lake.close()
    environment = {name: os.environ[name] for name in origin.environment}
    landed = Counter[str]()
    for point in POINTS:
        assert in_a_process(lake.settings, project, environment, f"ingest {name}", point) == -9, point.name
        before, landed = landed, rows(lake, relation, value)
        assert landed - before in (Counter(), *(Counter(list(readings)[first : first + 2]) for first in (0, 2, 4))), (
            point.name
        )
        assert before - landed == Counter(), point.name
    origin.run(f"insert into readings values {readings['6.500000']}, {readings['7.500000']}")
    for _ in range(2):
        assert in_a_process(lake.settings, project, environment, f"ingest {name}", None) == 0
        assert rows(lake, relation, value) == Counter(list(readings))
    with lake.reader() as connection:
        assert scalar(connection, "select sum(rows) from ops.landing") == len(readings)
    again = new_lake(lake.settings.elsewhere(str(tmp_path / "again"), str(tmp_path / "again.sqlite")))
    again.create()
    assert [step.faults for _, step in reland_all(again, Storage(lake.settings)) if step.faults] == []
    assert rows(again, relation, value) == Counter(list(readings))
