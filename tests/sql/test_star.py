"""The star schema by the names that analysts expect: its columns, its keys, hours of clock changes, entries in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from harness.lake_steps import fill_table, plain_tables, stored
from wattlake.lake.contracts import columns
from wattlake.lake.layers import VIEWS
from wattlake.lake.models.graph import fill, models
from wattlake.lake.models.rewriting import with_literals
from wattlake.lake.quality import Days, WholeTable, check, check_star, failed
from wattlake.lake.quality import star as star_checks
from wattlake.lake.settings import Settings
from wattlake.lake.store.views import create_views

ASKED_FOR = {
    "dim_users": "user_sk user_id location panel_size_kwp user_type effective_date expiration_date is_current",
    "dim_time": "time_sk date hour day_of_week is_weekend is_holiday month quarter year",
    "dim_weather": "weather_sk date hour location_zone temperature cloud_cover solar_irradiance",
    "dim_prices": "price_sk date hour spot_price grid_buy_price grid_sell_price price_category",
    "fact_energy_flow": "time_sk user_sk weather_sk price_sk production_kwh consumption_kwh self_consumption_kwh "
    "surplus_kwh",
    "fact_energy_transactions": "time_sk seller_sk buyer_sk energy_kwh transaction_amount_eur distance_km co2_saved_kg",
}
AUTUMN = date(2013, 10, 27)
"""In London 01:00 to 02:00 comes twice: at 00:00 and at 01:00 UTC."""
MOVE = stored(2013, 10, 27, 1, 30)
"""Cat moves within the second of the two hours."""
KWH = {stored(2013, 10, 27, hour, minute): (hour + 1) * 100 + minute for hour in range(4) for minute in (0, 30)}


def opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Gold's tables, the calendar of two years and the views in a plain DuckDB."""
    connection = duckdb.connect()
    plain_tables(connection)
    for schema in VIEWS:
        connection.execute(f"create schema {schema}")
    create_views(connection, settings)
    calendar = with_literals(
        models()["gold.calendar"].sql, {"2000-01-01": "2013-01-01", "2040-12-31 23:59": "2014-12-31"}
    )
    connection.execute(f"insert into gold.calendar by name {fill(calendar, settings)}")
    return connection


def register(connection: duckdb.DuckDBPyConnection) -> None:
    common = {"latitude": 51.5, "longitude": -0.1, "panel_kwp": 0, "member_type": "consumer", "provenance": "measured"}
    begin = stored(2013, 7, 1) - timedelta(hours=1)
    rows: list[dict[str, Any]] = [
        {"member_id": "ada", "zone": "north", "valid_from_utc": begin},
        {"member_id": "cat", "zone": "north", "valid_from_utc": begin, "valid_to_utc": MOVE},
        {"member_id": "cat", "zone": "south", "valid_from_utc": MOVE},
        {"member_id": "eve", "zone": "south", "valid_from_utc": begin, "valid_to_utc": stored(2013, 10, 30)},
    ]
    fill_table(connection, "gold.member_version", [common | row for row in rows])


@pytest.fixture
def autumn() -> Iterator[duckdb.DuckDBPyConnection]:
    """Half-hours around the hour that comes twice, with weather in the north alone and prices of some of them."""
    with opened(Settings(slot_minutes=30)) as connection:
        register(connection)
        for member in ("ada", "cat"):
            for start, watt_hours in KWH.items():
                energy = {"consumption_kwh": Decimal(watt_hours) / 1000, "surplus_kwh": Decimal("0.5")}
                zone = "south" if (member, start >= MOVE) == ("cat", True) else "north"
                row = {"member_id": member, "zone": zone, "period_start_utc": start, "period_minutes": 30}
                fill_table(connection, "gold.energy_flow", [row | energy])
        for hour in range(3):
            weather = {
                "zone": "north",
                "period_start_utc": stored(2013, 10, 27, hour),
                "temperature_celsius": hour + 10,
            }
            fill_table(connection, "gold.weather_hourly", [weather])
        for start, watt_hours in list(KWH.items())[:6]:
            price = {"spot_eur_per_mwh": watt_hours, "buy_eur_per_kwh": Decimal("0.2"), "bidding_zone": "DE-LU"}
            category = "low" if start.hour == 0 or start.minute else "normal"
            price |= {"period_start_utc": start, "period_minutes": 30, "price_category": category}
            fill_table(connection, "gold.grid_slot", [price])
        yield connection


@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_table_has_exactly_the_columns_that_analysts_expect(name: str):
    assert list(columns(f"star.{name}")) == ASKED_FOR[name].split()


def test_an_hour_that_comes_twice_is_two_hours_with_energy_weather_and_price_of_their_own(autumn):
    rows = autumn.execute(
        """
        select clock.hour, flow.consumption_kwh, flow.surplus_kwh, weather.temperature, price.spot_price,
            price.price_category
        from star.fact_energy_flow as flow
        join star.dim_time as clock on flow.time_sk = clock.time_sk
        join star.dim_users as member on flow.user_sk = member.user_sk
        join star.dim_weather as weather on flow.weather_sk = weather.weather_sk
        join star.dim_prices as price on flow.price_sk = price.price_sk
        where member.user_id = 'ada' and clock.date = date '2013-10-27'
        order by flow.time_sk
        """
    ).fetchall()
    assert rows == [
        (1, Decimal("0.230"), Decimal(1), 10, Decimal("0.115"), "low"),
        (1, Decimal("0.430"), Decimal(1), 11, Decimal("0.215"), "normal"),
        (2, Decimal("0.630"), Decimal(1), 12, Decimal("0.315"), "normal"),
        (3, Decimal("0.830"), Decimal(1), None, None, None),
    ]


@pytest.mark.parametrize(("day", "hours"), [(date(2013, 3, 31), 23), (date(2013, 6, 1), 24), (AUTUMN, 25)], ids=str)
def test_a_day_has_as_many_hours_as_its_clock_shows(autumn, day: date, hours: int):
    keys = autumn.execute("select time_sk, hour, quarter from star.dim_time where date = ?", [day]).fetchall()
    assert len({key for key, *_ in keys}) == len(keys) == hours
    assert {quarter for *_, quarter in keys} == {(day.month + 2) // 3}


def test_energy_goes_to_the_entry_that_held_in_its_slot(autumn):
    rows = autumn.execute(
        """
        select member.location, clock.time_sk, sum(flow.consumption_kwh), any_value(flow.weather_sk)
        from star.fact_energy_flow as flow
        join star.dim_time as clock on flow.time_sk = clock.time_sk
        join star.dim_users as member on flow.user_sk = member.user_sk
        where member.user_id = 'cat' group by all order by all
        """
    ).fetchall()
    assert rows == [
        ("north", 201310270000, Decimal("0.230"), "north 201310270000"),
        ("north", 201310270100, Decimal("0.200"), "north 201310270100"),
        ("south", 201310270100, Decimal("0.230"), "unknown"),
        ("south", 201310270200, Decimal("0.630"), "unknown"),
        ("south", 201310270300, Decimal("0.830"), "unknown"),
    ]


def test_entries_begin_and_end_on_local_days_and_who_left_is_not_current(autumn):
    rows = autumn.execute(
        "select user_id, location, effective_date, expiration_date, is_current from star.dim_users order by all"
    ).fetchall()
    begin = date(2013, 7, 1)
    assert rows == [
        ("ada", "north", begin, None, True),
        ("cat", "north", begin, AUTUMN, False),
        ("cat", "south", AUTUMN, None, True),
        ("eve", "south", begin, date(2013, 10, 30), False),
    ]
    assert failed(check(autumn, "star.dim_users", WholeTable())) == []


def test_hours_of_a_clock_that_is_half_an_hour_off_are_hours_of_that_clock():
    with opened(Settings(slot_minutes=30, timezone="Asia/Kolkata")) as connection:
        register(connection)
        for minute, wh in ((0, 1), (30, 2), (60, 4)):
            start = stored(2013, 10, 27) + timedelta(minutes=minute)
            row = {
                "member_id": "ada",
                "zone": "north",
                "period_start_utc": start,
                "consumption_kwh": Decimal(wh) / 1000,
            }
            fill_table(connection, "gold.energy_flow", [row])
        rows = connection.execute(
            "select time_sk, hour, consumption_kwh from star.fact_energy_flow "
            "join star.dim_time using (time_sk) order by time_sk"
        ).fetchall()
    assert rows == [(201310262330, 5, Decimal("0.001")), (201310270030, 6, Decimal("0.006"))]


def test_a_month_has_its_revenue_and_the_entry_that_held_when_it_ended(autumn):
    bill = {name: Decimal(number) for number, name in enumerate(("sold_eur", "grid_export_eur", "bought_eur"), 1)}
    bill |= {"fee_eur": Decimal(4), "grid_import_eur": Decimal(5), "local_month": date(2013, 10, 1)}
    for member in ("cat", "eve"):
        month = {"member_id": member, "period_start_utc": stored(2013, 9, 30, 23)}
        fill_table(autumn, "gold.member_bill_monthly", [bill | month])
    rows = autumn.execute(
        """
        select member.user_id, member.location, clock.date, clock.hour, month.revenue_eur, month.cost_eur
        from star.fact_monthly_summary as month
        join star.dim_time as clock on month.time_sk = clock.time_sk
        join star.dim_users as member on month.user_sk = member.user_sk order by all
        """
    ).fetchall()
    assert rows == [("cat", "south", date(2013, 10, 1), 0, 3, 12), ("eve", "south", date(2013, 10, 1), 0, 3, 12)]


def wrong(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, int]]:
    """What a build that writes the day of a table finds wrong with the star."""
    results = check_star(connection, Settings(slot_minutes=30), [(table, Days(frozenset({AUTUMN})))])
    assert results
    return [(each.table_name, each.check_name, each.rows_failing) for each in failed(results)]


@pytest.mark.parametrize("table", ["gold.energy_flow", "gold.weather_hourly", "gold.grid_slot"])
def test_nothing_is_wrong_with_what_is_right(autumn, table: str):
    assert wrong(autumn, table) == []


def test_energy_of_nobody_in_the_register_is_found(autumn):
    stranger = {"member_id": "zoe", "zone": "north", "period_start_utc": MOVE}
    fill_table(autumn, "gold.energy_flow", [stranger])
    assert wrong(autumn, "gold.energy_flow") == [("star.fact_energy_flow", "user_sk is given", 1)]


def test_a_key_that_comes_twice_is_found(autumn):
    fill_table(autumn, "gold.weather_hourly", [{"zone": "north", "period_start_utc": stored(2013, 10, 27, 1)}])
    assert wrong(autumn, "gold.weather_hourly") == [("star.dim_weather", "key is unique", 1)]


def test_of_many_days_the_weather_of_each_is_looked_at_and_the_oldest_energy_in_its_table_alone(autumn):
    days = Days(frozenset(AUTUMN + timedelta(days=number) for number in range(8)))
    repeated = {"zone": "north", "period_start_utc": stored(2013, 10, 27, 1)}
    fill_table(autumn, "gold.weather_hourly", [repeated])
    fill_table(autumn, "gold.energy_flow", [{"member_id": "zoe", "zone": "north", "period_start_utc": MOVE}])
    written = [("gold.weather_hourly", days), ("gold.energy_flow", days)]
    wrong_in_star = failed(check_star(autumn, Settings(slot_minutes=30), written))
    assert [(each.table_name, each.check_name) for each in wrong_in_star] == [("star.dim_weather", "key is unique")]
    wrong_in_table = failed(check(autumn, "gold.energy_flow", days))
    assert "member_id is in gold.member_version.member_id" in {each.check_name for each in wrong_in_table}


@pytest.mark.parametrize(
    ("dimension", "condition", "column", "orphans"),
    [
        ("dim_users", "zone <> 'south'", "user_sk", 3),
        ("dim_time", "local_hour <> 2", "time_sk", 2),
        ("dim_time", "local_date < date '2013-10-27'", "time_sk", 9),
    ],
)
def test_a_key_that_its_dimension_lacks_is_found(autumn, monkeypatch, dimension, condition, column, orphans):
    model = models()[f"star.{dimension}"]
    source = {"dim_users": "gold.member_version", "dim_time": "gold.calendar"}[dimension]
    lacking = model.sql.replace(f"from {source}", f"from (select * from {source} where {condition}) as {source[5:]}")
    assert lacking != model.sql
    changed = {**models(), model.table: replace(model, sql=lacking)}
    monkeypatch.setattr(star_checks, "models", lambda: changed)
    assert wrong(autumn, "gold.energy_flow") == [
        ("star.fact_energy_flow", f"{column} is in star.{dimension}.{column}", orphans)
    ]
