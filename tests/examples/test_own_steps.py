"""The worked examples of a project's own steps: each is checked, built, and held to numbers worked out beside it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from harness.lake_community import DAYS, weather
from harness.lake_steps import (
    METER_HEADER,
    REGISTER_HEADER,
    build_all,
    day_of_readings,
    land,
    land_rows,
    select,
    stored,
    written,
)
from harness.services import PROJECT
from tests.support.origins import WITH_CALENDAR
from tests.support.project_folder import project_folder
from wattlake.lake.project_check.check import check_project
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

EXAMPLES = PROJECT / "examples"
FLATS = [
    "flat-1,MAC1,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    "flat-2,MAC2,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    "roof,,MAC4,north,51.5,-0.1,2.5,30,200,prosumer,2012-01-01,",
]
SOLAR, GRID, FEE = Decimal("0.219"), Decimal("0.3415"), Decimal("9.90")
MWH, CENT = Decimal("0.000001"), Decimal("0.01")


def test_each_example_is_in_order():
    for folder in sorted(path for path in EXAMPLES.iterdir() if (path / "models").is_dir()):
        with project_folder(folder):
            assert check_project(Settings()).models >= 2


def statements(lake: Lake) -> list[tuple[str, date, Decimal]]:
    """What each flat owes for each month, reckoned slot by slot from the flow of energy."""
    slots: dict[datetime, dict[str, tuple[Decimal, Decimal]]] = {}
    flow = "select period_start_utc, member_id, coalesce(consumption_kwh, 0), coalesce(production_kwh, 0)"
    for start, member, consumed, produced in select(lake, f"{flow} from gold.energy_flow"):
        slots.setdefault(start, {})[member] = (consumed, produced)
    sums: dict[tuple[str, date], list[Decimal]] = {}
    for start, members in slots.items():
        produced = sum((energy for _, energy in members.values()), Decimal(0))
        consumed = sum((energy for energy, _ in members.values()), Decimal(0))
        for flat in members.keys() - {"roof"}:
            own = members[flat][0]
            solar = (own * min(produced, consumed) / consumed).quantize(MWH, rounding="ROUND_DOWN")
            both = sums.setdefault((flat, start.date().replace(day=1)), [Decimal(0), Decimal(0)])
            both[0] += solar
            both[1] += own - solar
    return [
        (flat, month, (solar * SOLAR).quantize(CENT, ROUND_HALF_UP) + (grid * GRID).quantize(CENT, ROUND_HALF_UP) + FEE)
        for (flat, month), (solar, grid) in sorted(sums.items())
    ]


def test_tenants_pay_for_roof_and_grid_and_a_fixed_fee(copied_lake: Callable[[str], Lake], tmp_path: Path):
    lake = copied_lake(WITH_CALENDAR)
    with project_folder(EXAMPLES / "tenants-building"):
        lake.create()
        land(lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, FLATS))
        for number, meter in enumerate(("MAC1", "MAC2", "MAC4")):
            lines = [line for day in DAYS for line in day_of_readings(meter, day, 90 + 40 * number)]
            land(lake, "smart_meters", written(tmp_path / f"{meter}.csv", METER_HEADER, lines))
        build_all(lake)
        owed = "select member_id, local_month, total_eur from gold.tenant_statement_monthly order by all"
        assert select(lake, owed) == statements(lake)
        assert [(flat, month.month) for flat, month, _ in select(lake, owed)] == [
            (flat, month) for flat in ("flat-1", "flat-2") for month in (1, 2)
        ]
        more = "select bool_or(solar_kwh > 0 and grid_kwh > 0) from gold.tenant_slot"
        assert select(lake, more) == [(True,)]
        # A corrected day of one flat changes what the other has of the roof, too.
        before = select(lake, owed)
        land(lake, "smart_meters", written(tmp_path / "b.csv", METER_HEADER, day_of_readings("MAC1", DAYS[3], 400)))
        build_all(lake, "corrected")
        assert select(lake, owed) == statements(lake)
        assert [old != new for old, new in zip(before, select(lake, owed), strict=True)] == [False, True, False, True]


def test_a_home_is_fitted_to_the_cold_and_its_days_are_as_in_usual_weather(
    copied_lake: Callable[[str], Lake], tmp_path: Path
):
    lake = copied_lake(WITH_CALENDAR)
    days = [date(2013, 1, 1) + timedelta(days=number) for number in range(12)]
    celsius = {day: -3.0 + 2 * number for number, day in enumerate(days)}
    wh = {day: 6000 + 800 * max(15 - celsius[day], 0) for day in days}
    with project_folder(EXAMPLES / "weather-normalised"):
        lake.create()
        land(lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, FLATS[:1]))
        lines = [
            f"MAC1,{stored(day.year, day.month, day.day) + timedelta(minutes=30 * slot)},{wh[day] / 48_000:.6f}"
            for day in days
            for slot in range(48)
        ]
        land(lake, "smart_meters", written(tmp_path / "MAC1.csv", METER_HEADER, lines))
        # An hour's label ends it: the first of a day is the last of the day before in the answer of the archive.
        rows = [row | {"temperature_2m": str(celsius[day])} for day in days for row in weather("north", day)]
        land_rows(lake, "open_meteo", "https://archive.test/v1/archive?zone=north", rows)
        build_all(lake)
        ((balance, base, slope, explained, fitted),) = select(
            lake,
            "select balance_celsius, base_kwh_per_day, kwh_per_degree_day, r_squared_ratio, days from gold.heating_fit",
        )
        assert (balance, fitted) == (15, 12)
        assert (base, slope, explained) == pytest.approx((6, 0.8, 1), abs=0.001)
        # In January it is usually 5.5 °C, which is 9.5 degrees below the balance.
        for day, kwh, normalised in select(
            lake, "select period_start_utc, consumption_kwh, normalised_kwh from gold.normalised_daily"
        ):
            assert float(kwh) == pytest.approx(wh[day.date()] / 1000, abs=0.001)
            assert float(normalised) == pytest.approx(6 + 0.8 * 9.5, abs=0.001)
        monthly = "select days, normalised_kwh::double from warehouse.fact_normalised_monthly"
        assert select(lake, monthly) == [(12, pytest.approx(12 * 13.6, abs=0.01))]
