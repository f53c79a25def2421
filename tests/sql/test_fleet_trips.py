"""Inverters that fall out in the middle of a day, worked out by hand: six of 50 kWp that give 40 kW from 6 to 18 h."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.fleet_steps import fleet_in_gold
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings

PANELS = [f"INV{number}" for number in range(1, 7)]
SUNRISE, SUNSET, DAY_ONE = 6 * 4, 18 * 4, datetime(2026, 6, 1)  # noqa: DTZ001
TRIP = range(46, 58)
"""The quarter-hours from 11:30 to 14:30."""


def write_plant(folder: Path, ac_kw: dict[tuple[str, int, int], float | None], days: int = 1) -> None:
    """Write the register and the readings: 40 kW by day but for what is given; of None there is no row."""
    lines = ["DATE_TIME,PLANT_ID,SOURCE_KEY,AC_POWER"]
    for day in range(days):
        for quarter in range(96):
            at = DAY_ONE + timedelta(days=day, minutes=15 * quarter)
            for panel in PANELS:
                usual = 40.0 if SUNRISE <= quarter < SUNSET else 0.0
                power = ac_kw.get((panel, day, quarter), usual)
                lines += [] if power is None else [f"{at:%Y-%m-%d %H:%M:%S},PL1,{panel},{power}"]
    (folder / "plant.csv").write_text("\n".join(lines) + "\n")
    register = ["plant_id,panel_id,panel_kwp", *(f"PL1,{panel},50" for panel in PANELS)]
    (folder / "panels.csv").write_text("\n".join(register) + "\n")


def write_light(folder: Path, quarters: Iterable[int]) -> None:
    """Write a sensor's 0.8 kW/m² at modules of 25 °C, in some quarter-hours of the first day."""
    lines = ["DATE_TIME,PLANT_ID,SOURCE_KEY,IRRADIATION,MODULE_TEMPERATURE"]
    lines += [f"{DAY_ONE + timedelta(minutes=15 * quarter):%Y-%m-%d %H:%M:%S},PL1,LIGHT,0.8,25" for quarter in quarters]
    (folder / "plant_light.csv").write_text("\n".join(lines) + "\n")


def without_output(panels: Iterable[str], quarters: Iterable[int], day: int = 0, power: float | None = 0.0) -> dict:
    return {(panel, day, quarter): power for panel in panels for quarter in quarters}


def cases(folder: Path, settings: Settings | None = None) -> list[tuple]:
    view = fill(models()["warehouse.panel_case"].sql, settings or Settings())
    return (
        fleet_in_gold(folder, settings)
        .execute(f"select panel_id, kind, since_utc, days, loss_kwh, loss_eur from ({view}) order by panel_id, kind")
        .fetchall()
    )


@pytest.mark.parametrize("lit", [(), range(SUNRISE, SUNSET), [*range(SUNRISE, 46), *range(58, SUNSET)]])
def test_a_trip_at_noon_costs_what_the_others_gave_with_a_sensor_without_one_and_with_one_that_fails_then(
    tmp_path: Path, lit
):
    write_plant(tmp_path, without_output(["INV2", "INV5"], TRIP))
    if lit:
        write_light(tmp_path, lit)
    of_trip = ("tripped", DAY_ONE, 1, Decimal(120), Decimal("9.6"))
    assert cases(tmp_path) == [("INV2", *of_trip), ("INV5", *of_trip)]


def test_where_the_whole_plant_trips_the_light_says_what_it_would_have_given(tmp_path: Path):
    write_plant(tmp_path, without_output(PANELS, TRIP))
    write_light(tmp_path, range(SUNRISE, SUNSET))
    lost_kwh = Decimal("0.8") * Decimal("0.85") * 50 * 3
    assert [(panel, kind, lost) for panel, kind, _, _, lost, _ in cases(tmp_path)] == [
        (panel, "tripped", lost_kwh) for panel in PANELS
    ]


def test_two_trips_in_a_fortnight_are_one_case_which_costs_nothing_in_between(tmp_path: Path):
    twice = without_output(["INV3"], TRIP) | without_output(["INV3"], range(40, 44), day=7)
    write_plant(tmp_path, twice, days=9)
    assert cases(tmp_path) == [("INV3", "tripped", DAY_ONE, 8, Decimal(160), Decimal("12.8"))]


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (without_output(["INV2"], [50]), []),
        (without_output(["INV2"], [50, 51]), ["tripped"]),
        (without_output(["INV2"], [40, 50]), ["tripped"]),
        (without_output(["INV2"], range(SUNRISE, 34)), []),
        (without_output(["INV2"], range(SUNSET - 4, SUNSET)), []),
        (without_output(["INV2"], range(SUNSET - 8, SUNSET)), ["dead"]),
        (without_output(["INV2"], TRIP, power=None), ["gaps"]),
        (without_output(["INV2"], range(8)), []),
    ],
)
def test_half_an_hour_that_was_read_between_two_outputs_is_a_trip(tmp_path: Path, silent: dict, expected: list[str]):
    write_plant(tmp_path, silent)
    assert [kind for _, kind, *_ in cases(tmp_path)] == expected


def test_how_long_a_trip_is_can_be_set(tmp_path: Path):
    write_plant(tmp_path, without_output(["INV2"], TRIP))
    assert [kind for _, kind, *_ in cases(tmp_path, Settings(fleet_tripped_minutes=180))] == ["tripped"]
    assert cases(tmp_path, Settings(fleet_tripped_minutes=181)) == []


def holes(folder: Path) -> list[tuple]:
    view = fill(models()["warehouse.plant_hole"].sql, Settings())
    asked = f"select plant_id, missing, from_utc, to_utc, missing_minutes from ({view}) order by all"
    return fleet_in_gold(folder).execute(asked).fetchall()


def at(quarter: int, day: int = 0) -> datetime:
    return DAY_ONE + timedelta(days=day, minutes=15 * quarter)


def test_a_sensor_that_is_silent_while_inverters_trip_is_named(tmp_path: Path):
    write_plant(tmp_path, without_output(["INV2"], TRIP))
    write_light(tmp_path, [*range(SUNRISE, 46), *range(58, 66), *range(68, SUNSET)])
    assert holes(tmp_path) == [("PL1", "irradiance", at(46), at(58), 180)], "half an hour is no hole"


def test_a_plant_of_which_nothing_was_read_by_day_is_named_and_a_night_is_not(tmp_path: Path):
    by_night = without_output(PANELS, [*range(SUNRISE), *range(SUNSET, 96)], power=None)
    by_night |= without_output(PANELS, [*range(SUNRISE), *range(SUNSET, 96)], day=2, power=None)
    write_plant(
        tmp_path,
        by_night | without_output(PANELS, TRIP, power=None) | without_output(PANELS, range(96), day=1, power=None),
        days=3,
    )
    assert holes(tmp_path) == [
        ("PL1", "all of the plant", at(46), at(58), 180),
        ("PL1", "all of the plant", at(SUNSET), at(SUNRISE, day=2), 36 * 60),
    ]


def test_a_sensor_that_comes_later_was_not_missing_before_and_one_that_fails_for_good_is_one_hole(tmp_path: Path):
    write_plant(tmp_path, {}, days=3)
    write_light(tmp_path, range(40, 60))
    assert holes(tmp_path) == [("PL1", "irradiance", at(60), at(SUNSET, day=2), 3 * 60 + 2 * 12 * 60)]
