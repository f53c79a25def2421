"""Every planted fault of a simulated fleet becomes a case of its kind, from its day on; no panel in order does."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from harness.lake_steps import build_all, hashes, land, select
from tests.support.fleet_steps import FETCHED, UNTIL, fleet_in_gold, simulated
from wattlake.app.sandbox.fleet import simulate_fleet
from wattlake.app.sandbox.fleet_faults import KINDS, PlantedFault
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FOUND_AFTER_DAYS = 5
"""What shows by the week takes some days to show, and some faults only show on bright ones."""


def kind(fault: PlantedFault) -> str:
    """What a planted fault is found as."""
    return fault.kind.partition(" 10 %")[0].partition(" 30 %")[0]


def cases(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[tuple[str, date]]]:
    """What is wrong with each panel, and since when."""
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    view = fill(models()["warehouse.panel_case"].sql, Settings())
    for plant, panel, what, since in connection.execute(
        f"select plant_id, panel_id, kind, since_utc::date from ({view}) order by place"
    ).fetchall():
        found.setdefault((plant, panel), []).append((what, since))
    return found


def expect_all_and_nothing_else(connection: duckdb.DuckDBPyConnection, faults: tuple[PlantedFault, ...]) -> None:
    """Hold the cases to what was planted."""
    found = cases(connection)
    assert {panel: [what for what, _ in told] for panel, told in found.items()} == {
        (fault.plant_id, fault.panel_id): [kind(fault)] for fault in faults
    }
    for fault in faults:
        ((_, since),) = found[fault.plant_id, fault.panel_id]
        assert fault.first_day - timedelta(days=1) <= since <= fault.first_day + timedelta(days=FOUND_AFTER_DAYS), fault


@pytest.mark.parametrize("seed", range(5))
def test_all_planted_faults_are_found_and_no_panel_in_order_is(tmp_path: Path, seed: int):
    fleet = simulated(tmp_path, seed)
    assert {fault.kind for fault in fleet.faults} == set(KINDS)
    expect_all_and_nothing_else(fleet_in_gold(fleet.folder), fleet.faults)


@pytest.mark.parametrize(("until", "seed"), [(date(2026, 3, 20), 31), (date(2026, 1, 15), 22), (date(2025, 10, 1), 33)])
def test_they_are_found_in_other_seasons_too(tmp_path: Path, until: date, seed: int):
    fleet = simulate_fleet(22, 34, seed, tmp_path, until)
    expect_all_and_nothing_else(fleet_in_gold(fleet.folder), fleet.faults)


@pytest.mark.parametrize("seed", range(2))
def test_a_plant_without_a_sensor_is_judged_by_its_panels_alone(tmp_path: Path, seed: int):
    fleet = simulated(tmp_path, seed)
    for sensor in fleet.folder.glob("*_weather.csv"):
        sensor.unlink()
    connection = fleet_in_gold(fleet.folder)
    dark = "select count(*) from gold.plant_interval where irradiance_w_per_m2 is not null"
    assert connection.execute(dark).fetchone() == (0,)
    expect_all_and_nothing_else(connection, fleet.faults)


def test_panels_that_no_register_knows_are_taken_to_be_as_large_as_their_neighbours(tmp_path: Path):
    fleet = simulated(tmp_path, 5, panels=48, plants=2)
    register = pl.read_csv(fleet.folder / "panels.csv")
    register.filter(pl.col("plant_id") == "PLANT01").write_csv(fleet.folder / "panels.csv")
    connection = fleet_in_gold(fleet.folder)
    expect_all_and_nothing_else(connection, fleet.faults)
    sizes = "select plant_id, is_kwp_estimated, min(panel_kwp), max(panel_kwp) from gold.panel_kpi_daily group by all"
    registered, estimated = connection.execute(f"{sizes} order by all").fetchall()
    assert registered == ("PLANT01", False, 50, 75)
    assert estimated[:2] == ("PLANT02", True)
    assert 57 <= estimated[2] <= estimated[3] <= 63, "they have 60 kWp"


def test_a_fleet_in_order_has_no_case(tmp_path: Path):
    fleet = simulate_fleet(12, 40, 8, tmp_path, UNTIL, plants=2, faults_of_a_kind=0)
    assert fleet.faults == ()
    assert cases(fleet_in_gold(fleet.folder)) == {}


def test_the_worst_case_is_a_dead_panel_and_what_is_only_read_wrongly_costs_nothing(tmp_path: Path):
    fleet = simulated(tmp_path, 2)
    connection = fleet_in_gold(fleet.folder)
    connection.execute("create schema warehouse")
    connection.execute(f"create view warehouse.panel_case as {fill(models()['warehouse.panel_case'].sql, Settings())}")
    told = connection.execute(
        "select kind, loss_kwh > 0, loss_eur = round(loss_kwh * 0.08, 6), is_open "
        "from warehouse.panel_case order by place"
    ).fetchall()
    assert told[0] == ("dead", True, True, True)
    assert {what for what, costs, _, _ in told if costs} == {"dead", "degraded", "shaded afternoons", "tripped"}
    assert all(exact and is_open for _, _, exact, is_open in told)


def test_the_loss_of_a_dead_panel_is_what_it_would_have_given(tmp_path: Path):
    fleet = simulated(tmp_path / "faulty", 4)
    in_order = simulate_fleet(22, 34, 4, tmp_path / "sound", UNTIL, faults_of_a_kind=0)
    (dead,) = (fault for fault in fleet.faults if fault.kind == "dead")
    found, sound = fleet_in_gold(fleet.folder), fleet_in_gold(in_order.folder)
    ((loss_kwh,),) = found.execute("select sum(loss_kwh) from gold.panel_case where kind = 'dead'").fetchall()
    ((given_kwh,),) = sound.execute(
        "select sum(energy_kwh) from gold.panel_kpi_daily where panel_id = ? and period_start_utc >= ?",
        [dead.panel_id, dead.first_day],
    ).fetchall()
    assert loss_kwh == pytest.approx(given_kwh, rel=Decimal("0.05"))


def test_a_panel_that_falls_silent_is_a_case_after_one_build(new_calendar_lake: Callable[[], Lake], tmp_path: Path):
    fleet = simulate_fleet(6, 12, 3, tmp_path / "fleet", UNTIL, faults_of_a_kind=0)
    files = sorted(fleet.folder.glob("*.csv"))
    written = {path: path.read_text().splitlines(keepends=True) for path in files}
    lake, last_day = new_calendar_lake(), "21-06-2026 "
    for path, lines in written.items():
        path.write_text("".join(line for line in lines if not line.startswith(last_day)))
    land(lake, "inverters", *files, now=FETCHED)
    build_all(lake)
    assert select(lake, "select count(*) from warehouse.panel_case") == [(0,)]
    for path, (header, *lines) in written.items():
        of_day = [line for line in lines if line.startswith(last_day)]
        path.write_text("".join([header, *(line for line in of_day if "INV01-003" not in line or line[11:13] < "09")]))
    land(lake, "inverters", *files, now=FETCHED + timedelta(hours=1))
    build_all(lake, "next")
    told = "select panel_id, kind, since_utc, is_open, days from warehouse.panel_case"
    assert select(lake, told) == [("INV01-003", "dead", datetime(2026, 6, 21), True, 1)]  # noqa: DTZ001


def test_files_that_come_in_any_order_make_the_fleet_that_all_of_them_make_at_once(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path
):
    fleet = simulated(tmp_path / "fleet", 6, panels=19, days=25)
    generation = fleet.folder / "plant01_generation.csv"
    header, *lines = generation.read_text().splitlines(keepends=True)
    of_june = [line for line in lines if line[3:5] == "06"]
    parts = (lines[::2], [line for line in lines[1::2] if line[3:5] == "05"], of_june)
    names = [tmp_path / f"part-{number}.csv" for number in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        name.write_text("".join([header, *part]))
    register, weather = fleet.folder / "panels.csv", fleet.folder / "plant01_weather.csv"
    grown, at_once = (new_calendar_lake() for _ in range(2))
    for number, path in enumerate((names[2], weather, names[0], register, names[1])):
        land(grown, "inverters", path, now=FETCHED + timedelta(minutes=number))
        build_all(grown, f"build-{number}")
    for number, path in enumerate((names[2], weather, names[0], register, names[1])):
        land(at_once, "inverters", path, now=FETCHED + timedelta(minutes=number))
    build_all(at_once)
    assert hashes(grown) == hashes(at_once)
    assert select(grown, "select count(distinct kind) from gold.panel_case")[0][0] > 3
