"""The files of a new model of gold or of the warehouse: its SELECT, its contract and a test."""

TO_RUN = (
    "`wattlake build` makes the table, `wattlake status` counts its rows, and the dashboard's Lineage shows what it "
    "is made from."
)

CONTRACT = '''"""FILL IN: what «name» is."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.promises import MIDNIGHT
from wattlake.lake.contracts.units import «PARTITIONS»Kwh, kwh


class «Name»(Contract):
    """FILL IN: what one row is."""

    period_start_utc: Utc = column("Midnight, in UTC, at which the day begins")
    energy_kwh: Kwh = kwh("FILL IN: what it is")

    class Config:
        metadata = table(«PROMISES»)
'''

GOLD_SQL = """-- One row is FILL IN: the readings of one UTC day.
select
    date_trunc('day', period_start_utc) as period_start_utc,
    cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh
from silver.meter_reading
where period_start_utc >= $from_utc and period_start_utc < $to_utc
group by all
"""
WAREHOUSE_SQL = """-- One row is FILL IN: the readings of one UTC day.
select
    period_start_utc,
    cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh
from gold.meter_daily
group by all
"""

TEST = '''"""«title»: what its SELECT makes of rows written by hand."""

from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import polars as pl

from harness.services import PROJECT
from wattlake.lake.contracts import columns, spec
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings

TABLE = "«LAYER».«name»"
FILES = [
    PROJECT / "wattlake/sql/«LAYER»/«name».sql",
    PROJECT / "wattlake/lake/contracts/«LAYER»/«name».py",
]
MIDNIGHT = datetime.fromisoformat("2026-01-01")


def made(rows: pl.DataFrame) -> list[dict[str, object]]:
    """The rows that the model makes of those of «INPUT», over two days."""
    window = {"from_utc": MIDNIGHT, "to_utc": MIDNIGHT + timedelta(days=2)}
    with duckdb.connect() as connection:
        connection.register("given", rows)
        connection.execute("create schema «INPUT_LAYER»; create table «INPUT» as from given")
        sql = fill(models()[TABLE].sql, Settings(), window)
        types = [(name, kind.lower()) for name, kind, *_ in connection.execute(f"describe {sql}").fetchall()]
        assert types == [(name, column.sql_type) for name, column in columns(TABLE).items()], "as the contract says"
        return connection.execute(sql).pl().sort(spec(TABLE).key).to_dicts()


def test_nothing_is_left_to_fill_in():  # Delete this test once it passes.
    left = [f"{file}: {line}" for file in FILES for line in file.read_text().splitlines() if "FILL IN" in line]
    assert not left, "\\n".join(left)


def test_the_readings_of_a_day_are_added_up():
    starts = [MIDNIGHT, MIDNIGHT, MIDNIGHT + timedelta(days=1)]
    energy = [Decimal("0.1"), Decimal("0.2"), Decimal("0.4")]
    rows = pl.DataFrame({"meter_id": ["A", "B", "A"], "period_start_utc": starts, "energy_kwh": energy})
    assert made(rows) == [
        {"period_start_utc": MIDNIGHT, "energy_kwh": Decimal("0.3")},
        {"period_start_utc": MIDNIGHT + timedelta(days=1), "energy_kwh": Decimal("0.4")},
    ]
'''

GOLD_PROMISES = """
            "gold.«name»",
            key=("period_start_utc",),
            partitioned_by=MONTHLY,
            rules=(MIDNIGHT,),
        """
WAREHOUSE_PROMISES = '"warehouse.«name»", key=("period_start_utc",), rules=(MIDNIGHT,)'


def _files(layer: str, sql: str, source: str, promises: str) -> dict[str, str]:
    contract = CONTRACT.replace("«PROMISES»", promises)
    contract = contract.replace("«PARTITIONS»", "MONTHLY, " if layer == "gold" else "")
    test = TEST.replace("«LAYER»", layer).replace("«INPUT»", source)
    return {
        f"wattlake/sql/{layer}/«name».sql": sql,
        f"wattlake/lake/contracts/{layer}/«name».py": contract,
        f"tests/sql/test_{layer}_«name».py": test.replace("«INPUT_LAYER»", source.partition(".")[0]),
    }


GOLD = _files("gold", GOLD_SQL, "silver.meter_reading", GOLD_PROMISES)
WAREHOUSE = _files("warehouse", WAREHOUSE_SQL, "gold.meter_daily", WAREHOUSE_PROMISES)
