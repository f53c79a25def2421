"""The calendar on the community's clock, and prices in slots whatever the market's periods."""

from collections import Counter
from datetime import UTC, date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from harness.lake_steps import fill_table, model_rows, plain_tables, stored
from wattlake.lake.settings import Settings
from wattlake.tasks.producers import holiday


@pytest.fixture(scope="module", params=[60, 30])
def calendar(request: pytest.FixtureRequest) -> tuple[int, pl.DataFrame]:
    """The length of slots in minutes, and the calendar of London of the year 2013 around its UTC ends."""
    settings = Settings(slot_minutes=request.param)
    with duckdb.connect() as tables:
        plain_tables(tables)
        years = model_rows(tables, "gold.holiday", settings)
        fill_table(tables, "gold.holiday", holiday.produce(years.filter(pl.col("year") == 2013)).to_dicts())
        slots = model_rows(tables, "gold.calendar", settings).sort("period_start_utc")
        tables.register("slots", slots.to_arrow())
        tables.execute("insert into gold.calendar from slots")
        return request.param, model_rows(tables, "warehouse.dim_time", settings).sort("period_start_utc")


def test_the_calendar_is_filled_from_2000_to_2040_without_a_gap(calendar: tuple[int, pl.DataFrame]):
    minutes, slots = calendar
    starts = slots["period_start_utc"]
    assert starts[0] == stored(2000, 1, 1)
    assert starts[-1] == stored(2040, 12, 31, 23, 60 - minutes)
    assert starts.diff().drop_nulls().unique().to_list() == [timedelta(minutes=minutes)]
    assert slots["period_minutes"].unique().to_list() == [minutes]


def test_every_slot_is_on_londons_clock(calendar: tuple[int, pl.DataFrame]):
    london = ZoneInfo("Europe/London")
    for row in calendar[1].filter(pl.col("year") == 2013).gather_every(7).to_dicts():
        local = row["period_start_utc"].replace(tzinfo=UTC).astimezone(london).replace(tzinfo=None)
        assert row["local_start"] == local
        assert (row["local_date"], row["local_hour"]) == (local.date(), local.hour)
        assert (row["weekday"], row["weekday_name"]) == (local.isoweekday(), f"{local:%A}")
        assert row["is_weekend"] == (local.isoweekday() in (6, 7))
        assert (row["month"], row["year"]) == (local.month, local.year)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2013, 3, 31), 23), (date(2013, 6, 1), 24), (date(2013, 10, 27), 25)], ids=str
)
def test_days_of_clock_changes_have_23_and_25_hours(calendar: tuple[int, pl.DataFrame], day: date, hours: int):
    minutes, slots = calendar
    of_day = slots.filter(pl.col("local_date") == day)
    assert len(of_day) == hours * 60 // minutes
    repeated = {hour for hour, count in Counter(of_day["local_hour"]).items() if count > 60 // minutes}
    assert repeated == ({1} if hours == 25 else set())
    assert set(range(24)) - set(of_day["local_hour"]) == ({1} if hours == 23 else set())


def test_holidays_are_those_of_england(calendar: tuple[int, pl.DataFrame]):
    minutes, slots = calendar
    holidays = slots.filter(pl.col("is_holiday")).group_by("local_date").agg(pl.col("holiday_name").first(), pl.len())
    assert holidays.filter(pl.col("len") != 24 * 60 // minutes).is_empty()
    found = dict(holidays.select("local_date", "holiday_name").rows())
    assert len(found) == 8
    assert found[date(2013, 12, 25)] == "Christmas Day"
    assert date(2013, 4, 1) in found, "Easter Monday, which Scotland does not have"
    assert date(2013, 1, 2) not in found, "Scotland's"
    assert (
        slots.filter(~pl.col("is_holiday"))["holiday_name"].null_count() == len(slots) - len(found) * 24 * 60 // minutes
    )


def test_seasons_turn_with_the_months(calendar: tuple[int, pl.DataFrame]):
    found = calendar[1].filter(pl.col("year") == 2013).select("season", "month").unique()
    assert {season: set(months["month"]) for (season,), months in found.group_by("season")} == {
        "winter": {12, 1, 2},
        "spring": {3, 4, 5},
        "summer": {6, 7, 8},
        "autumn": {9, 10, 11},
    }


def test_an_unknown_country_is_an_error():
    years = pl.DataFrame({"year": [2013], "region": ["XX"]})
    with pytest.raises(ValueError, match="WATTLAKE_HOLIDAYS=XX"):
        holiday.produce(years)


def priced(minutes: int, prices: list[str], slot_minutes: int) -> list[tuple[int, Decimal]]:
    """The slots (minutes after midnight, EUR/MWh) that periods of some length give."""
    with duckdb.connect() as tables:
        rows = [
            {"bidding_zone": "DE-LU", "period_start_utc": stored(2013, 1, 1) + timedelta(minutes=number * minutes)}
            | {"period_minutes": minutes, "spot_eur_per_mwh": Decimal(price), "provenance": "measured"}
            for number, price in enumerate(prices)
        ]
        plain_tables(tables, silver__spot_price=rows)
        found = model_rows(tables, "gold.spot_price", Settings(slot_minutes=slot_minutes)).sort("period_start_utc")
    assert set(found["period_minutes"]) == {slot_minutes}
    return [
        ((row["period_start_utc"] - stored(2013, 1, 1)) // timedelta(minutes=1), row["spot_eur_per_mwh"])
        for row in found.to_dicts()
    ]


def test_quarter_hours_become_the_mean_of_their_hour():
    quarters = ["10", "20", "30", "40.01", "-5", "-5", "-5", "-6"]
    assert priced(15, quarters, 60) == [(0, Decimal("25.0025")), (60, Decimal("-5.25"))]
    assert priced(15, quarters[:4], 30) == [(0, Decimal(15)), (30, Decimal("35.005"))]


def test_an_hours_price_is_that_of_each_of_its_slots():
    assert priced(60, ["-3.5", "7"], 15) == [
        *((minutes, Decimal("-3.5")) for minutes in range(0, 60, 15)),
        *((minutes, Decimal(7)) for minutes in range(60, 120, 15)),
    ]


def test_a_price_of_a_file_goes_before_that_of_the_service():
    def price(hour: int, minute: int, minutes: int, eur: int, zone: str = "DE-LU") -> dict[str, object]:
        start = {"period_start_utc": stored(2013, 1, 1, hour, minute), "period_minutes": minutes}
        return {"bidding_zone": zone, "provenance": "measured", "spot_eur_per_mwh": Decimal(eur)} | start

    services = [*(price(0, minute, 15, 1) for minute in (0, 15, 30, 45)), price(1, 0, 60, 2), price(0, 0, 60, 3, "AT")]
    files = [price(0, 0, 60, 10), price(1, 0, 15, 20), price(2, 0, 60, 30)]
    with duckdb.connect() as tables:
        plain_tables(tables, silver__spot_price=services, silver__listed_price=files)
        for slot_minutes, first_hours in ((60, {0: 10, 1: 20, 2: 30}), (15, {0: 10, 1: 20, 2: 30})):
            built = model_rows(tables, "gold.spot_price", Settings(slot_minutes=slot_minutes))
            german = built.filter(bidding_zone="DE-LU").sort("period_start_utc")
            on_the_hour = german.filter(pl.col("period_start_utc").dt.minute() == 0)
            assert on_the_hour["spot_eur_per_mwh"].to_list() == [*map(Decimal, first_hours.values())]
            assert built.filter(bidding_zone="AT")["spot_eur_per_mwh"].unique().to_list() == [Decimal(3)]
        # Of the second hour the file has but a quarter.
        assert german["spot_eur_per_mwh"].to_list() == [
            *[Decimal(10)] * 4,
            Decimal(20),
            *[Decimal(2)] * 3,
            *[Decimal(30)] * 4,
        ]


def test_what_the_grid_charges_and_pays_is_exact_and_half_a_micro_euro_is_rounded_away_from_zero():
    spot = [Decimal(number).scaleb(-2) for number in range(-20_000, 20_000, 835)] + [Decimal("45.0505")]
    hours = [stored(2013, 1, 1) + timedelta(hours=number) for number in range(len(spot))]
    with duckdb.connect() as tables:
        slots = [
            {"period_start_utc": hour, "local_hour": 0, "is_weekend": False, "is_holiday": False} for hour in hours
        ]
        prices = [
            {"bidding_zone": "DE-LU", "period_start_utc": hour, "spot_eur_per_mwh": price}
            for hour, price in zip(hours, spot, strict=True)
        ]
        plain_tables(tables, gold__calendar=slots, gold__spot_price=prices)
        found = model_rows(tables, "gold.grid_slot", Settings(feed_in_floor_eur_per_kwh="-9")).sort("period_start_utc")
    charged = [(price * 1000 + 160_000) * Decimal("1.19") for price in spot]
    paid = [price * 1000 - 5_000 for price in spot]
    assert any(amount % 1 == Decimal("0.5") for amount in charged)
    for name, amounts in (("buy", charged), ("sell", paid)):
        assert found[f"{name}_eur_per_kwh"].to_list() == [
            amount.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-6) for amount in amounts
        ]
