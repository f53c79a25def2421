"""The files of a new check: the SELECT of wrong rows, and a test."""

TO_RUN = (
    "`wattlake build` runs it when all tables stand; `wattlake quality` and the page Data quality show its findings."
)

SQL = """-- One row is a meter's reading (FILL IN: that cannot be, and why).
-- Of silver.meter_reading: warn, validity.
select
    meter_id,
    period_start_utc,
    energy_kwh
from silver.meter_reading
where energy_kwh > 1000
"""

TEST = '''"""The check «name»: what it finds among rows written by hand."""

from datetime import datetime

import duckdb
import polars as pl

from wattlake.lake.quality.sql_checks import CHECKS

FILE = CHECKS / "«name».sql"
MIDNIGHT = datetime.fromisoformat("2026-01-01")


def found(rows: pl.DataFrame) -> list[dict[str, object]]:
    """The wrong rows among those of silver.meter_reading."""
    with duckdb.connect() as connection:
        connection.register("given", rows)
        connection.execute("create schema silver; create table silver.meter_reading as from given")
        return connection.execute(FILE.read_text()).pl().to_dicts()


def test_nothing_is_left_to_fill_in():  # Delete this test once it passes.
    assert [line for line in FILE.read_text().splitlines() if "FILL IN" in line] == []


def test_it_finds_what_is_wrong_and_nothing_else():
    rows = pl.DataFrame({"meter_id": ["A", "B"], "period_start_utc": [MIDNIGHT] * 2, "energy_kwh": [1, 1001]})
    assert found(rows) == [{"meter_id": "B", "period_start_utc": MIDNIGHT, "energy_kwh": 1001}]
'''

CHECK = {"wattlake/sql/checks/«name».sql": SQL, "tests/lake/quality/test_check_«name».py": TEST}
