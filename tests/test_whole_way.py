"""From a table of readings in PostgreSQL, through a model and function of one's own, to PostgreSQL and Delta.

Twice, with corrections between, and killed in each step: at both ends SQL gives the sums that were worked out here.
"""

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from benchmarks.torture.points import AFTER_COMMIT, BEFORE_COMMIT, Point
from harness.lake_steps import REGISTER_HEADER, land, written
from harness.services import PROJECT
from harness.sink_ends import differing, ends_of_files, rows_there
from tests.support.databases import of_postgres
from tests.support.described_databases import METERS
from tests.support.origins import WITH_CALENDAR
from tests.support.project_folder import project_folder, write
from tests.support.whole_way import in_a_process
from wattlake.lake.sinks.described import read_sinks
from wattlake.lake.sinks.tables import tables_of
from wattlake.lake.store.extensions import connect_with

HOME, PUMP = "H1", "H1-HP"
KILLED_AT = [
    ("ingest metering", BEFORE_COMMIT),
    ("build", Point("in the middle of gold", "before", "insert into gold.energy_balance_daily")),
    ("warehouse", Point("before the target commits", "before", "commit")),
    ("lakehouse", Point("before the manifest", "before", "commit")),
    ("ingest metering", AFTER_COMMIT),
    ("build", Point("before a build is committed", "before", "commit")),
    ("warehouse", Point("between delete and insert", "before", "insert into sink")),
    ("lakehouse", Point("in the middle of the tables", "before", "select count")),
]
"""Where each step is killed, in the first round and in the second."""

TAKEN = 'tables = ["dim_user", "fact_energy_flow", "fact_heat_pump_daily"]\n'
SINKS = {
    "sinks/warehouse.toml": f'kind = "postgres"\naddress = "${{WAREHOUSE}}"\nschema = "energy"\n{TAKEN}',
    "sinks/lakehouse.toml": f'kind = "delta"\naddress = "shared"\n{TAKEN}',
}


def hours(meter: str, day: int, kwh: str) -> str:
    """The statement that inserts a day's hours of a meter."""
    midnight = datetime(2026, 2, day, tzinfo=UTC)
    rows = ", ".join(f"('{meter}', '{midnight + timedelta(hours=hour):%Y-%m-%d %H:%M}', {kwh})" for hour in range(24))
    return f"insert into readings (meter, read_at, kwh) values {rows};"


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_from_a_database_to_a_warehouse_and_delta_with_corrections_and_kills(
    copied_lake, new_postgres_database, tmp_path, monkeypatch
):
    origin, warehouse = of_postgres(new_postgres_database()), new_postgres_database()
    origin.run(
        "create table readings (meter text, read_at timestamp, kwh numeric(12, 6), primary key (meter, read_at)); "
        + "".join(hours(HOME, day, "2") + hours(PUMP, day, "0.5") for day in (1, 2))
    )
    described = (
        f"kind = 'database'\naddress = '''{origin.address}'''\ntable = 'readings'\nwatermark = 'read_at'\n"
        f"look_back = '5 days'\nlicence = 'ours'\n{METERS.format(format='%Y-%m-%d %H:%M:%S')}"
    )
    environment = origin.environment | {"WAREHOUSE": warehouse}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "project"
    shutil.copytree(PROJECT / "examples" / "heat-pump-share", folder)
    write(folder, SINKS | {"sources/metering.toml": described})
    lake = copied_lake(WITH_CALENDAR)
    member = f"anna,{HOME},,north,51.5,-0.1,,,,consumer,2026-01-01,"
    land(lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, [member]))
    lake.close()
    settings = lake.settings

    for number, (step, point) in enumerate(KILLED_AT):
        if number == 4:
            origin.run(
                "update readings set kwh = 3 where read_at >= '2026-02-02' and meter = 'H1';" + hours(HOME, 3, "1")
            )
        assert in_a_process(settings, folder, environment, step, point) == -9, f"{step} was to die {point.name}"
        assert in_a_process(settings, folder, environment, step, None) == 0
        if step == "lakehouse":
            homes = [Decimal(48), Decimal(48)] if number < 4 else [Decimal(48), Decimal(72)]
            with project_folder(folder):
                assert _sums(lake, warehouse) == [(homes, [Decimal("0.25"), Decimal(str(float(12 / homes[1])))])] * 3


def _sums(lake, warehouse: str) -> list[tuple[list[Decimal], list[Decimal]]]:
    """The homes' days and their pumps' parts in the lake, in PostgreSQL and in Delta; all tables are equal, too."""
    in_postgres, in_delta = read_sinks(["warehouse"])[0], read_sinks(["lakehouse"])[0]
    assert differing(lake, in_postgres) == []
    ours, theirs = ends_of_files(lake, in_delta)
    assert theirs == ours
    asked = "select home_kwh, heat_pump_ratio from {} order by period_start_utc"
    (pumps,) = [table for table in tables_of(in_delta) if table.target == "fact_heat_pump_daily"]
    with lake.reader() as reader, connect_with("postgres_scanner") as there:
        there.execute("set timezone = 'UTC'")
        rows = [reader.execute(asked.format("warehouse.fact_heat_pump_daily")).fetchall()]
        rows.append(there.execute(asked.format(f"({rows_there(in_delta, pumps)})")).fetchall())
        there.execute(f"attach '{warehouse}' as sink (type postgres, read_only)")
        rows.insert(1, there.execute(asked.format("sink.energy.fact_heat_pump_daily")).fetchall())
    return [([home for home, _ in each], [Decimal(str(ratio)) for _, ratio in each]) for each in rows]
