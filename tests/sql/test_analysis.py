"""Energy as analysts look at it: enriched, beside the days before, and as a typical day; reckoned by hand."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from statistics import mean, stdev
from typing import Any

import duckdb
import pytest

from harness.lake_steps import fill_table, plain_tables, stored
from wattlake.lake.layers import VIEWS
from wattlake.lake.models.graph import fill, models
from wattlake.lake.models.rewriting import with_literals
from wattlake.lake.settings import Settings
from wattlake.lake.store.views import create_views

SETTINGS = Settings(slot_minutes=60, timezone="Europe/London")
MONDAY = stored(2014, 1, 6)
"""In winter London's clock is UTC."""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Gold's tables, empty but for the calendar of two years, and the views."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        for schema in VIEWS:
            connection.execute(f"create schema {schema}")
        create_views(connection, SETTINGS)
        ends = {"2000-01-01": "2013-01-01", "2040-12-31 23:59": "2014-12-31"}
        calendar = fill(with_literals(models()["gold.calendar"].sql, ends), SETTINGS)
        connection.execute(f"insert into gold.calendar by name {calendar}")
        yield connection


def hours(connection: duckdb.DuckDBPyConnection, member: str, days: int, **at: Any) -> None:
    """Fill so many days: 0.1 kWh in each hour, and otherwise what is given for an hour, as `at7=(2, 1)`."""
    for number in range(24 * days):
        start = MONDAY + timedelta(hours=number)
        used, made = at.get(f"at{start.hour}", (Decimal("0.1"), 0))
        energy = {"consumption_kwh": used, "production_kwh": made, "self_consumption_kwh": min(used, made)}
        row = {"member_id": member, "zone": "north", "period_start_utc": start, "period_minutes": 60}
        fill_table(connection, "gold.energy_flow", [row | energy])


def test_energy_has_the_hours_weather_its_slots_price_and_the_day(tables):
    slot = {"period_start_utc": MONDAY + timedelta(hours=18), "member_id": "ada", "zone": "north"}
    fill_table(tables, "gold.energy_flow", [slot | {"consumption_kwh": 2}])
    for zone, celsius in (("north", 3), ("south", 9)):
        weather = {"zone": zone, "period_start_utc": slot["period_start_utc"], "temperature_celsius": celsius}
        fill_table(tables, "gold.weather_hourly", [weather])
    price = {"period_start_utc": slot["period_start_utc"], "buy_eur_per_kwh": Decimal("0.3"), "price_category": "high"}
    fill_table(tables, "gold.grid_slot", [price])
    rows = tables.execute(
        "select member_id, local_hour, weekday, is_weekend, month, season, consumption_kwh, temperature_celsius, "
        "buy_eur_per_kwh, price_category from gold.energy_flow_enriched"
    ).fetchall()
    assert rows == [("ada", 18, 1, False, 1, "winter", 2, 3, Decimal("0.3"), "high")]


def test_energy_without_weather_or_price_is_there_all_the_same(tables):
    hours(tables, "ada", days=1)
    rows = tables.execute(
        "select count(*), sum(consumption_kwh), count(temperature_celsius), count(buy_eur_per_kwh) "
        "from gold.energy_flow_enriched"
    ).fetchall()
    assert rows == [(24, Decimal("2.4"), 0, 0)]


def test_a_day_stands_beside_the_days_before_it(tables):
    chance = random.Random(3)
    used: dict[int, Decimal] = {}
    for number in range(400):
        start, kwh = stored(2013, 1, 1) + timedelta(days=number), Decimal(chance.randrange(20_000_000)) / 1_000_000
        is_read = number % 11 != 5
        if is_read:
            used[number] = kwh
        row = {"member_id": "ada", "period_start_utc": start, "consumption_minutes": 1440 * is_read}
        row |= {"consumption_kwh": kwh if is_read else 0, "production_kwh": 0}
        fill_table(tables, "gold.energy_balance_daily", [row])
    rows = tables.execute(
        "select consumption_kwh, consumption_mean_7d_kwh, consumption_mean_28d_kwh, consumption_deviation_7d_kwh, "
        "consumption_deviation_28d_kwh, consumption_max_7d_kwh, consumption_max_28d_kwh, consumption_change_week_kwh, "
        "consumption_change_year_kwh, production_kwh, production_mean_28d_kwh "
        "from gold.energy_rolling_daily order by period_start_utc"
    ).fetchall()
    for number, (kwh, *told) in enumerate(rows):
        week, weeks = ([used[day] for day in range(number - back, number + 1) if day in used] for back in (6, 27))
        assert kwh == used.get(number)
        expected = [mean(week), mean(weeks)] if week else [None, None]
        expected += [stdev(days) if len(days) > 1 else None for days in (week, weeks)]
        assert told[:4] == [None if each is None else pytest.approx(each, abs=Decimal("0.000001")) for each in expected]
        assert told[4:6] == [max(week, default=None), max(weeks, default=None)]
        changes = [kwh - used[number - back] if kwh and number - back in used else None for back in (7, 364)]
        assert told[6:] == [*changes, None, None]


@pytest.mark.parametrize(
    ("high", "cluster"), [((), "even"), ((2, 3), "night"), ((10, 12, 14), "daytime"), ((18, 20), "evening")]
)
def test_a_member_is_told_by_when_it_uses_most(tables, high: tuple[int, ...], cluster: str):
    hours(tables, "ada", 3, **{f"at{hour}": (Decimal(1), 0) for hour in high})
    assert tables.execute("select distinct cluster from gold.user_profile").fetchall() == [(cluster,)]


def test_a_typical_day_is_the_mean_of_its_kind(tables):
    hours(tables, "ada", days=7, at7=(Decimal(2), 0), at12=(Decimal("0.5"), Decimal(2)))
    next_monday = {"member_id": "ada", "period_start_utc": MONDAY + timedelta(days=7, hours=7), "period_minutes": 60}
    fill_table(tables, "gold.energy_flow", [next_monday | {"zone": "north", "consumption_kwh": Decimal(5)}])
    rows = tables.execute(
        "select day_kind, days, typical_consumption_kwh, peak_hour, base_load_kwh, self_consumption_ratio "
        "from gold.user_profile where local_hour = 7 order by day_kind"
    ).fetchall()
    common = (7, Decimal("0.1"), Decimal("0.25"))
    assert rows == [("day off", 2, Decimal(2), *common), ("workday", 6, Decimal("2.5"), *common)]


def test_who_heats_with_electricity_uses_less_on_warmer_days(tables):
    for number in range(5):
        for hour in range(24):
            start = MONDAY + timedelta(days=number, hours=hour)
            row = {"member_id": "ada", "zone": "north", "period_start_utc": start, "period_minutes": 60}
            fill_table(tables, "gold.energy_flow", [row | {"consumption_kwh": Decimal(10 - number) / 8}])
            weather = {"zone": "north", "period_start_utc": start, "temperature_celsius": 2.0 * number}
            fill_table(tables, "gold.weather_hourly", [weather])
    slopes = tables.execute("select distinct weather_sensitivity_kwh_per_k from gold.user_profile").fetchall()
    assert slopes == [(Decimal("-1.5"),)], "3 kWh a day less for each 2 K"


@pytest.mark.parametrize("days", [1, 3])
def test_days_that_are_equally_warm_say_nothing_of_sensitivity(tables, days: int):
    hours(tables, "ada", days)
    for number in range(24 * days):
        weather = {"zone": "north", "period_start_utc": MONDAY + timedelta(hours=number), "temperature_celsius": 4.1}
        fill_table(tables, "gold.weather_hourly", [weather])
    slopes = tables.execute("select distinct weather_sensitivity_kwh_per_k from gold.user_profile").fetchall()
    assert slopes == [(None,)]
