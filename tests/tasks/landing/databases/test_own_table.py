"""A database's own bronze table, described with its source, is read by a model of the project."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from harness.lake_steps import select
from tests.support.databases import of_sqlite
from tests.support.described_databases import NOW, reading, table
from tests.support.project_folder import project_folder
from wattlake.lake.build.run import build
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.each_source import sources_to_land
from wattlake.tasks.landing.land import land
from wattlake.tasks.landing.missing_days import api

COLUMNS = """
row = "One reading of a heat meter"

[columns.meter]
type = "varchar"
meaning = "Heat meter"

[columns.read_at]
type = "timestamp"
meaning = "When it was read"

[columns.kwh]
type = "decimal(18,6)"
meaning = "Heat"
unit = "kWh"
"""
MODEL = """-- One row is a heat meter's reading.
select
    meter as heat_meter,
    read_at as read_at_utc,
    kwh as heat_kwh,
    _landing_id,
    case when kwh < 0 then 'less than nothing' end as quarantine_reason
from bronze.heat
where _landing_id between $from_landing and $to_landing
"""
CONTRACT = """
row = "One reading of a heat meter"
key = ["heat_meter", "read_at_utc"]

[columns.heat_meter]
type = "varchar"
meaning = "Heat meter"

[columns.read_at_utc]
type = "timestamp"
meaning = "When it was read"

[columns.heat_kwh]
type = "decimal(18,6)"
meaning = "Heat"
unit = "kWh"
ge = 0
"""


def test_a_model_of_the_project_reads_what_a_database_gave(folder_lake: Lake, tmp_path: Path):
    origin = of_sqlite(tmp_path)
    table(origin, reading(1, "H"), reading(2, "H", "-1"))
    keys = f"kind = 'database'\naddress = '''{origin.address}'''\ntable = 'readings'\n"
    files = {
        "sources/heat.toml": keys + "watermark = 'read_at'\nlook_back = '1 day'\n" + COLUMNS,
        "models/silver/heat_reading.sql": MODEL,
        "models/silver/heat_reading.toml": CONTRACT,
    }
    with project_folder(tmp_path / "project", files):
        assert "heat" in sources_to_land()
        folder_lake.create()

        def landed_and_built() -> int:
            rows = sum(step.rows for step in land(folder_lake, "heat", NOW.date(), NOW.date(), NOW, "run-1"))
            list(build(folder_lake, {}, "run-2", NOW, only="silver.heat_reading"))
            return rows

        assert landed_and_built() == 2
        origin.run("update readings set kwh = 7 where id = 2")
        assert landed_and_built() == 1
        assert select(folder_lake, "select heat_meter, read_at_utc, heat_kwh from silver.heat_reading order by 2") == [
            ("H", datetime(2026, 1, 1, 1), Decimal("0.1")),  # noqa: DTZ001
            ("H", datetime(2026, 1, 1, 2), Decimal(7)),  # noqa: DTZ001
        ]
        with pytest.raises(ValueError, match=r"^heat is a database: `wattlake ingest heat` lands what it lacks"):
            api("heat")
