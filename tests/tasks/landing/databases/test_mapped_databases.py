"""Rows of a database go through a mapping to meters, members and prices, as a file's do."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.support.databases import Origin
from tests.support.described_databases import (
    METERS,
    NOW,
    describe,
    empty_lake,
    lake,
    landed,
    origin,
    project,
    reading,
    table,
)
from wattlake.lake.build.run import build
from wattlake.lake.runs.record import recorded
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.each_source import land_each
from wattlake.tasks.landing.land import land
from wattlake.tasks.landing.relanding import reland_all

__all__ = ["describe", "empty_lake", "lake", "origin", "project"]

MEMBERS = """
[mapping.columns]
member_id = "person"
meter_id = "meter"
valid_from = "since"

[mapping.register]
date_format = "%Y-%m-%d"

[mapping.always]
zone = "north"
latitude = "48.2"
longitude = "16.4"
member_type = "consumer"
"""


@pytest.mark.parametrize("origin", ["sqlite", "postgresql", "mysql", "odbc"], indirect=True)
def test_readings_become_readings_and_a_correction_counts(origin: Origin, describe, lake: Lake, new_lake, tmp_path):
    table(origin, reading(1, "A", "1.123456"), reading(2, "A", "2"), reading(2, "B", "-1"))
    written = "%Y-%m-%d %H:%M:%S" + ("Z" if origin.system == "postgresql" else "")
    mapping = METERS.format(format=written)
    describe(origin, 'table = "readings"', 'watermark = "read_at"', 'look_back = "3 hours"', mapping)
    assert landed(lake) == [3]
    assert landed(lake) == [0]
    origin.run("update readings set kwh = 5 where id = 2 and meter = 'A'")
    origin.run(f"insert into readings values {reading(3, 'A')}")
    assert landed(lake) == [2]
    list(build(lake, {}, "run-2", NOW, only="silver.meter_reading"))
    readings = "select meter_id, period_start_utc, energy_kwh from silver.meter_reading order by all"
    expected = [
        ("A", datetime(2026, 1, 1, 1), Decimal("1.123456")),  # noqa: DTZ001
        ("A", datetime(2026, 1, 1, 2), Decimal(5)),  # noqa: DTZ001
        ("A", datetime(2026, 1, 1, 3), Decimal("0.1")),  # noqa: DTZ001
    ]
    assert lake.reader().execute(readings).fetchall() == expected
    quarantined = lake.reader().execute("select quarantine_reason from quarantine.meter_reading").fetchall()
    assert len(quarantined) == 1, "what a mapping's reading cannot be is set aside"
    again = new_lake(lake.settings.elsewhere(str(tmp_path / "again"), str(tmp_path / "again.sqlite")))
    again.create()
    assert sum(step.rows for _, step in reland_all(again, Storage(lake.settings))) == 5
    rows = "select * from bronze.smart_meters order by all"
    assert again.reader().execute(rows).fetchall() == lake.reader().execute(rows).fetchall()


def test_a_mapping_that_does_not_fit_is_told_and_nothing_is_landed(origin: Origin, describe, lake: Lake):
    table(origin, reading(1))
    describe(origin, 'table = "readings"', 'watermark = "id"', METERS.format(format="%d.%m.%Y %H:%M"))
    with pytest.raises(ValueError, match=r"^origin does not fit the mapping `origin`: line 1, column `read_at`: found"):
        landed(lake)
    assert lake.reader().execute("select count(*) from ops.landing").fetchall() == [(0,)]


def test_members_of_a_database_are_the_register_at_once(origin: Origin, describe, lake: Lake):
    origin.run("create table people as select '1' as person, 'A' as meter, '2026-01-01' as since")
    describe(origin, 'table = "people"', "whole = true", MEMBERS)
    built: list[str] = []

    def land_one(name: str) -> tuple[int, float]:
        return sum(step.rows for step in land(lake, name, NOW.date(), NOW.date(), NOW, "run-1")), 0.0

    def register() -> list[object]:
        built.extend(table for step in build(lake, {}, "run-1/register", NOW, only="gold.zone") for table in step.rows)
        return []

    with recorded(lake, "ingest", lambda: NOW) as run:
        land_each(run, ["origin"], land_one, register)
        assert run.rows["bronze.members"] == 1
    members = lake.reader().execute("select member_id, meter_id, zone from silver.member").fetchall()
    assert members == [("1", "A", "north")]
    assert "gold.zone" in built
