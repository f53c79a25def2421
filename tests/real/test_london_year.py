"""The real job on real homes: a year of London meters, with the sandbox for the weather and prices of that year.

Five homes from January to May; ``WATTLAKE_TORTURE_FULL=1`` asks for the whole year, as ``make torture`` does, and
``WATTLAKE_TORTURE_HOMES=40`` for all homes.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.support.full import IS_FULL
from wattlake.app.sandbox import APIS
from wattlake.app.sandbox.community import register_for
from wattlake.app.sandbox.server import running
from wattlake.lake.build.run import build
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.market.replay import replay
from wattlake.lake.market.settlement import settle
from wattlake.lake.market.verification import broken_links
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers
from wattlake.tasks.sources import smart_meters

HOMES = int(os.environ.get("WATTLAKE_TORTURE_HOMES", "5"))
FIRST_DAY, LAST_DAY = date(2013, 1, 1), date(2013, 12 if IS_FULL else 5, 31)
AFTER = LAST_DAY + timedelta(days=1)
LAYERS = ("bronze", "silver", "quarantine", "gold", "warehouse")


@pytest.fixture(scope="module")
def meters(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of some homes, taken from all over the list of them, up to the last day."""
    homes = sorted((shared_data / "smart_meters" / "halfhourly_dataset").glob("*.csv"))
    folder = tmp_path_factory.mktemp("meters")
    for path in homes[:: len(homes) // HOMES][:HOMES]:
        write_until(AFTER, path, folder)
    return folder


def write_until(end: date, path: Path, folder: Path) -> None:
    """Write the readings of a file before a day, as they are."""
    header, *readings = path.read_text().splitlines(keepends=True)
    (folder / path.name).write_text("".join([header, *(line for line in readings if line.split(",")[1] < f"{end}")]))


@pytest.fixture(scope="module")
def world(
    shared_data: Path, meters: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of the community: the real homes, a register for them, and the sandbox for every API."""
    members = register_for(meters, tmp_path_factory.mktemp("community"), seed=7).parent
    shutil.copyfile(shared_data / "smart_meters" / "informations_households.csv", members / "households.csv")
    with running(seed=7) as address:
        places = {"WATTLAKE_SMART_METERS": str(meters), "WATTLAKE_MEMBERS": str(members)}
        yield places | {"PREFECT_API_URL": prefect_server} | {f"WATTLAKE_URL__{api}": address for api in APIS}


@pytest.fixture(scope="module")
def year(world: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake of the year, in a folder."""
    settings = Settings(data=str(tmp_path_factory.mktemp("year") / "lake"))
    run_the_year(world, settings)
    return Lake(settings, read_only=True)


def run_the_year(world: Mapping[str, str], settings: Settings, last_day: date = LAST_DAY) -> str:
    """What `wattlake run` prints for the year, or the beginning of it."""
    secret = settings.azure_connection_string.get_secret_value() if settings.azure_connection_string else ""
    lake = {"WATTLAKE_DATA": settings.data, "WATTLAKE_CATALOG": settings.catalog.get_secret_value()}
    finished = subprocess.run(
        [sys.executable, "-m", "wattlake.app.cli", "run", "--from", f"{FIRST_DAY}", "--to", f"{last_day}"],
        env=os.environ | world | lake | ({"WATTLAKE_AZURE_CONNECTION_STRING": secret} if secret else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def content(lake: Lake) -> dict[str, str]:
    """The content hash of every table of data."""
    hashes = status.tables(lake.reader(), with_hash=True).frame().filter(pl.col("layer").is_in(LAYERS))
    return {f"{layer}.{table}": said for layer, table, said in hashes.select("layer", "table", "content_hash").rows()}


def test_every_home_has_the_energy_of_its_raw_file(year: Lake, meters: Path) -> None:
    raw: defaultdict[str, Decimal] = defaultdict(Decimal)
    for path in meters.glob("*.csv"):
        with path.open() as file:
            for row in csv.DictReader(file):
                raw[row["LCLid"]] += round(Decimal(row["energy(kWh/hh)"].strip()), 6)
    built = year.reader().execute(
        """
        select dim_user.meter_id, sum(flow.consumption_kwh)
        from warehouse.fact_energy_flow as flow join warehouse.dim_user as dim_user using (user_sk)
        where flow.consumption_provenance = 'measured'
        group by dim_user.meter_id
        """
    )
    assert dict(built.fetchall()) == dict(raw)
    assert len(raw) == HOMES


def test_every_reading_of_every_source_is_accounted_for(year: Lake) -> None:
    readings = status.reconciliation(year.reader()).frame()
    accounted = pl.sum_horizontal("in_silver", "superseded", "repeated", "quarantined")
    assert readings.filter(pl.col("landed") != accounted).is_empty()
    counted = {
        table: year.reader().execute(f"select count(*) from {table}").fetchall()[0][0] for table in readings["table"]
    }
    assert dict(readings.select("table", "in_silver").rows()) == counted
    by_source = readings.group_by("source").agg(pl.col("landed").sum())
    assert dict(by_source.rows()) == dict(status.sources(year.reader()).select("source", "rows").rows)
    assert set(by_source["source"]) == {
        "carbon_intensity", "energy_charts", "members", "open_meteo", "pvgis", "smart_meters",
    }  # fmt: skip


def test_running_the_year_again_changes_nothing_but_its_run(year: Lake, world: Mapping[str, str]) -> None:
    before, ops_before = content(year), status.tables(year.reader()).frame().filter(layer="ops")
    snapshot = year.snapshot_id()
    assert "Nothing was new." in run_the_year(world, year.settings)
    assert content(year) == before
    ops = status.tables(year.reader()).frame().filter(layer="ops")
    added = ops["rows"] - ops_before["rows"]
    assert dict(zip(ops["table"], added, strict=True)) == {table: int(table == "run") for table in ops["table"]}
    assert year.snapshot_id() == snapshot + 1


@pytest.mark.long
@pytest.mark.timeout(900)  # Two lakes, on a machine that may be busy.
@pytest.mark.azurite
@pytest.mark.postgres
def test_a_fortnight_of_two_homes_on_blob_and_postgresql_has_the_content_that_it_has_in_a_folder(
    world: Mapping[str, str], meters: Path, azurite: str, azure_container: str, postgres_database: str, tmp_path: Path
) -> None:
    inbox = tmp_path / "meters"
    inbox.mkdir()
    for path in sorted(meters.glob("*.csv"))[:2]:
        write_until(date(2013, 1, 15), path, inbox)
    folder = Settings(data=str(tmp_path / "lake"))
    blob = Settings(data=f"az://{azure_container}/lake", catalog=postgres_database, azure_connection_string=azurite)  # type: ignore[arg-type]
    for settings in (folder, blob):
        run_the_year({**world, "WATTLAKE_SMART_METERS": str(inbox)}, settings, last_day=date(2013, 1, 14))
    there = content(Lake(folder, read_only=True))
    assert content(Lake(blob, read_only=True)) == there
    assert there["gold.settled_slot"].startswith(f"{24 * 14}:")


def test_the_year_is_forecast_from_its_last_weeks(year: Lake) -> None:
    issued = year.reader().execute(
        "select distinct issued_at_utc::varchar, provenance from warehouse.fact_forecast order by all"
    )
    assert issued.fetchall() == [(f"{AFTER} 00:00:00", "estimated"), (f"{AFTER} 00:00:00", "simulated")]


def bills(lake: Lake) -> dict[tuple[str, str], int]:
    """What each member pays in each month."""
    found = lake.reader().execute("select member_id, local_month::varchar, total_eur from gold.member_bill_monthly")
    return {(member, month): total for member, month, total in found.fetchall()}


@pytest.mark.timeout(900)  # Seconds: it builds the year anew twice.
def test_the_year_is_settled_and_a_reading_of_march_that_was_altered_settles_its_slot_alone(
    year: Lake, tmp_path: Path
) -> None:
    lake = Lake(Settings(data=str(shutil.copytree(year.settings.data, tmp_path / "lake"))))
    slots = lake.reader().execute("select count(*), max(version) from gold.settled_slot")
    assert slots.fetchall() == [(24 * (AFTER - FIRST_DAY).days, 1)]
    assert list(broken_links(lake.reader())) == []
    began, before = datetime.now(UTC), bills(lake)
    ((meter, member),) = (
        lake.reader()
        .execute("select meter_id, user_id from warehouse.dim_user where meter_id like 'MAC%' order by all limit 1")
        .fetchall()
    )
    altered = tmp_path / "altered.csv"
    altered.write_text(f"LCLid,tstp,energy(kWh/hh)\n{meter},2013-03-12 18:30:00.0000000,3.456\n")
    list(
        land_files(
            lake, Origin("smart_meters", "", datetime.now(UTC), "altered"), [altered], smart_meters.SOURCE.layouts
        )
    )
    list(build(lake, producers(), "altered", datetime.now(UTC)))
    booked = [step.booked for step in settle(lake, datetime.now(UTC), "altered")]
    assert [(one.links, one.slots, one.reversed_slots) for one in booked] == [(1, 1, 1)]
    newest = lake.reader().execute("select period_start_utc::varchar from gold.settled_slot where version > 1")
    assert newest.fetchall() == [("2013-03-12 18:00:00",)]
    list(build(lake, producers(), "bills", datetime.now(UTC)))
    after = bills(lake)
    changed = {key for key in before if before[key] != after[key]}
    assert (member, "2013-03-01") in changed
    assert {month for _, month in changed} == {"2013-03-01"}
    assert list(broken_links(lake.reader())) == []
    march = frozenset(date(2013, 3, 1) + timedelta(days=number) for number in range(31))
    for at in (began, datetime.now(UTC)):
        assert replay(lake, producers(), at, march).differing == []
    lake.close()
