"""Every key figure equals one computed anew from silver, and the account of the community is the sum of all bills."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from harness.lake_steps import (
    METER_HEADER,
    REGISTER_HEADER,
    build_all,
    fill_table,
    land,
    land_rows,
    model_rows,
    plain_tables,
    reading_line,
    select,
    stored,
    written,
)
from tests.support import market_by_hand
from tests.support.origins import WITH_CALENDAR, Origins
from tests.support.units import stored_in_units, stored_units
from wattlake.lake.contracts import columns
from wattlake.lake.layers import VIEWS
from wattlake.lake.market.settlement import settle
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.views import create_views

FIRST_DAY, DAYS = date(2013, 3, 30), 4
"""Local clocks go forward on the second day, and a month ends with it."""
LATER = datetime(2013, 5, 1, tzinfo=UTC)
CENTRES = {"north": (51.5, -0.1), "south": (50.8, -0.1), "west": (51.4, -2.6)}
REGISTER = [
    "ada,A1,A2,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,",
    "ben,B1,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    "cat,C1,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    "cat,C1,,south,50.8,-0.1,,,,consumer,2013-03-31 12:00:00,",
    "dan,D1,D2,south,50.8,-0.1,3,35,180,prosumer,2012-01-01,",
    "eve,E1,,south,50.8,-0.1,,,,consumer,2012-01-01,2013-04-01 06:00:00",
    "fay,F1,F2,west,51.4,-2.6,2,35,180,prosumer,2012-01-01,",
    "gus,G1,,west,51.4,-2.6,,,,consumer,2013-03-31 10:00:00,",
    "park,,P2,west,51.4,-2.6,9,35,180,prosumer,2012-01-01,",
]
"""Cat moves, eve leaves, gus joins, and the park consumes nothing."""
NUMBERS = ("bigint", "decimal(18,6)", "decimal(18,10)")
ENERGY = ("consumption", "production", "self_consumption", "bought", "sold", "grid_import", "grid_export")


def half_hours() -> list[datetime]:
    midnight = stored(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day)
    return [midnight + timedelta(minutes=30 * number) for number in range(48 * DAYS)]


def land_community(lake: Lake, folder: Path) -> None:
    """Readings, spot prices (some too low to trade at) and carbon intensity (of some half-hours), at random."""
    chance = random.Random(4)
    land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, REGISTER), now=LATER)
    for meter in ("A1", "A2", "B1", "C1", "D1", "D2", "E1", "F1", "F2", "G1", "P2"):
        most_wh = 2500 if meter.endswith("2") else 900
        lines = [
            reading_line(meter, start, f"{chance.randrange(1000 * most_wh if sun else 1) / 1_000_000:.6f}")
            for start in half_hours()
            for sun in [meter.endswith("1") or 7 <= start.hour < 18]
        ]
        land(lake, "smart_meters", written(folder / f"{meter}.csv", METER_HEADER, lines), now=LATER)
    hours = [start for start in half_hours() if not start.minute]
    prices = [
        {"bidding_zone": "DE-LU", "unix_seconds": f"{start.replace(tzinfo=UTC).timestamp():.0f}"}
        | {"price": f"{chance.choice((45, 80, -200)) + chance.randrange(3000) / 100:.2f}", "unit": "EUR/MWh"}
        for start in hours
    ]
    land_rows(lake, "energy_charts", "https://price.test/price", prices, now=LATER)
    carbon = [
        {"from": f"{start:%Y-%m-%dT%H:%MZ}", "to": f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%MZ}"}
        | {"forecast": f"{chance.randrange(50, 400)}", "actual": chance.choice((None, f"{chance.randrange(50, 400)}"))}
        for start in half_hours()[30:150]
    ]
    land_rows(lake, "carbon_intensity", "https://carbon.test/intensity", carbon, now=LATER)


@pytest.fixture(scope="module")
def community(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """The community's lake, settled with a fee for itself."""
    folder = tmp_path_factory.mktemp("kpis")
    lake = origins.copy(WITH_CALENDAR, folder / "lake", community_fee_eur_per_kwh="0.0123")
    land_community(lake, folder)
    build_all(lake)
    assert sum(step.booked.slots for step in settle(lake, LATER, "run")) == 24 * DAYS
    build_all(lake, "bills")
    yield lake
    lake.close()


@pytest.fixture(scope="module")
def by_hand(community: Lake) -> pl.DataFrame:
    """What each slot comes to for each member, from silver, with its local day and month."""

    def silver(table: str) -> pl.DataFrame:
        return community.reader().execute(f"from silver.{table}").pl()

    settings = community.settings
    grid = market_by_hand.grid(silver("spot_price"), silver("carbon_intensity"), settings)
    energy = market_by_hand.energy(silver("meter_reading"), silver("member"))
    order = market_by_hand.zones_in_order(CENTRES)
    fee = int(settings.community_fee_eur_per_kwh * 1_000_000)
    rows = [
        row
        for (slot,), members in energy.group_by("slot", maintain_order=True)
        for row in market_by_hand.settled(members.to_dicts(), grid[slot], fee, order)
    ]
    local_date = pl.col("slot").dt.replace_time_zone("UTC").dt.convert_time_zone(settings.timezone).dt.date()
    return pl.DataFrame(rows).with_columns(local_date.alias("day"), local_date.dt.truncate("1mo").alias("month"))


def of_members(by_hand: pl.DataFrame, period: str) -> pl.DataFrame:
    """The sums of each member and day or month, its saving among them, and its zone at the end."""
    paid = pl.col("bought_eur") + pl.col("fee_eur") + pl.col("grid_import_eur")
    got = pl.col("sold_eur") + pl.col("grid_export_eur")
    return (
        by_hand.sort("slot")
        .group_by("member_id", pl.col(period).alias("local_date"))
        .agg(pl.col("^.*_(kwh|eur|kg)$").sum(), pl.col("zone").last())
        .with_columns(
            (pl.col("alone_eur") - paid + got).alias("saving_eur"),
            got.alias("revenue_eur"),
            (pl.col("bought_kwh") + pl.col("sold_kwh") > 0).alias("is_active"),
        )
    )


def figures(sums: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The key figures of sums: as they are, or exact fractions of them."""
    whole = {name: sums[f"{name}_kwh"] for name in ENERGY}
    kg = Fraction(sums["co2_saved_kg"], 10**10)
    return {f"{name}_kwh": Decimal(units).scaleb(-6) for name, units in whole.items()} | {
        "is_provisional": False,
        "self_sufficiency_ratio": part(whole["consumption"] - whole["grid_import"], whole["consumption"]),
        "self_consumption_ratio": part(whole["production"] - whole["grid_export"], whole["production"]),
        "peer_to_grid_ratio": part(whole["bought"] + whole["sold"], whole["grid_import"] + whole["grid_export"]),
        "saving_eur": Decimal(sums["saving_eur"]).scaleb(-6),
        "revenue_eur": Decimal(sums["revenue_eur"]).scaleb(-6),
        "co2_saved_kg": kg,
        "co2_as_car_km": kg * 1000 / Fraction(settings.car_gco2_per_km),
        "co2_as_tree_years": kg / Fraction(settings.tree_kg_co2_per_year),
    }


def part(some: int, whole: int) -> Fraction | None:
    return Fraction(some, whole) if whole else None


def gini(savings: list[int]) -> Fraction | None:
    """The mean difference between any two, over twice the mean."""
    apart = sum(abs(one - other) for one in savings for other in savings)
    return Fraction(apart, 2 * len(savings) * sum(savings)) if sum(savings) > 0 else None


def assert_same(found: dict[tuple, dict[str, Any]], expected: dict[tuple, dict[str, Any]]) -> None:
    """Whether two tables by key are the same: fractions rounded to the places of the value that is found."""
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key].keys() == row.keys()
        for name, value in row.items():
            got = found[key][name]
            if isinstance(value, Fraction):
                half_a_place = Fraction(1, 2 * 10 ** -got.as_tuple().exponent)
                assert abs(Fraction(got) - value) <= half_a_place, (key, name, got, float(value))
            else:
                assert got == value, (key, name)


def view(lake: Lake, name: str, key: tuple[str, ...]) -> dict[tuple, dict[str, Any]]:
    rows = lake.reader().execute(f"from warehouse.{name}").pl().to_dicts()
    return {tuple(row.pop(part) for part in key): row for row in rows}


def test_the_key_figures_of_every_member_day_and_month_are_those_from_silver(community: Lake, by_hand: pl.DataFrame):
    expected = {
        (row["member_id"], period, row["local_date"]): figures(row, community.settings)
        | {"zone": row["zone"], "is_active": row["is_active"]}
        for period in ("day", "month")
        for row in of_members(by_hand, period).iter_rows(named=True)
    }
    assert len(expected) == 8 * 5 + 8 * 2 - 3  # Gus comes a day late, eve leaves before the last two.
    assert_same(view(community, "kpi_member", ("user_id", "period", "local_date")), expected)


def test_the_key_figures_of_every_zone_and_of_the_community_are_those_from_silver(
    community: Lake, by_hand: pl.DataFrame
):
    expected = {}
    for period in ("day", "month"):
        members = of_members(by_hand, period)
        everywhere = members.with_columns(pl.lit("community").alias("zone"))
        for level, placed in (("zone", members), ("community", everywhere)):
            for (name, day), group in placed.group_by("zone", "local_date"):
                worst = min(group.select("saving_eur", "member_id").rows())
                expected[level, name, period, day] = figures(
                    group.select(pl.col("^.*_(kwh|eur|kg)$").sum()).row(0, named=True), community.settings
                ) | {
                    "members": len(group),
                    "active_members": group["is_active"].sum(),
                    "saving_gini": gini(group["saving_eur"].to_list()),
                    "worst_off_user_id": worst[1],
                    "worst_off_saving_eur": Decimal(worst[0]).scaleb(-6),
                }
    assert len(expected) == 4 * (5 + 2)
    assert_same(view(community, "kpi_group", ("level", "group_name", "period", "local_date")), expected)


def test_the_account_of_the_community_is_that_from_silver_and_the_sum_of_all_bills(
    community: Lake, by_hand: pl.DataFrame
):
    money = ("bought", "sold", "fee", "grid_import", "grid_export")
    expected, balance = {}, 0
    for (month,), members in (
        of_members(by_hand, "month").sort("local_date").group_by("local_date", maintain_order=True)
    ):
        sums = {name: members[f"{name}_eur"].sum() for name in money}
        sums["left"] = sums["bought"] + sums["fee"] - sums["sold"]
        sums["total"] = sums["left"] + sums["grid_import"] - sums["grid_export"]
        balance += sums["left"]
        sums["balance"] = balance
        expected[(month,)] = {f"{name}_eur": Decimal(amount).scaleb(-6) for name, amount in sums.items()}
        expected[(month,)]["bills"] = len(members)
    assert_same(view(community, "community_account_monthly", ("local_month",)), expected)
    assert balance > 0
    assert select(
        community, "select local_month, sum(total_eur) from warehouse.fact_monthly_summary group by all order by all"
    ) == [(month, row["total_eur"]) for (month,), row in expected.items()]


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Gold's tables and the warehouse's views in a plain DuckDB, empty."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        for schema in VIEWS:
            connection.execute(f"create schema {schema}")
        create_views(connection, Settings())
        yield connection


def day_of(member: str, **given: int) -> dict[str, Any]:
    """A day on which a member did nothing but what is given."""
    nothing = {column.name: 0 for column in columns("gold.market_daily").values() if column.sql_type in NUMBERS}
    of_whom = {"member_id": member, "zone": "north", "local_date": FIRST_DAY, "period_start_utc": stored(2013, 3, 30)}
    return stored_units(nothing | of_whom | given)


def test_a_ratio_of_nothing_is_empty(tables: duckdb.DuckDBPyConnection):
    idle = day_of("idle")
    alone = day_of("alone", consumption_kwh=3, production_kwh=3, self_consumption_kwh=3)
    hermit = day_of(
        "hermit", consumption_kwh=3, self_consumption_kwh=1, production_kwh=4, grid_import_kwh=2, grid_export_kwh=3
    )
    friend = day_of("friend", consumption_kwh=3, bought_kwh=2, grid_import_kwh=1)
    fill_table(tables, "gold.market_daily", [idle, alone, hermit, friend])
    ratios = "self_sufficiency_ratio, self_consumption_ratio, peer_to_grid_ratio"
    found = tables.execute(f"select user_id, is_active, {ratios} from warehouse.kpi_member order by all").fetchall()
    assert found == [
        ("alone", False, Decimal(1), Decimal(1), None),
        ("friend", True, Decimal("0.6667"), None, Decimal(2)),
        ("hermit", False, Decimal("0.3333"), Decimal("0.25"), Decimal(0)),
        ("idle", False, None, None, None),
    ]


@pytest.mark.parametrize(
    ("savings", "gini", "worst"),
    [
        ((7, 7, 7, 7), "0", ("a", 7)),
        ((0, 4, 0, 0), "0.75", ("a", 0)),
        ((4, 1, 3, 2), "0.25", ("b", 1)),
        ((5, -1, 0, 0), "1.125", ("b", -1)),
        ((1, -1, 0, 0), None, ("b", -1)),
        ((-1, -3), None, ("b", -3)),
        ((0,), None, ("a", 0)),
    ],
)
def test_the_gini_coefficient_and_the_worst_off_member_by_hand(
    tables: duckdb.DuckDBPyConnection, savings: tuple[int, ...], gini: str | None, worst: tuple[str, int]
):
    # (4, 1, 3, 2): sorted 1 2 3 4, weighed -3 -1 1 3, that is 10, over 4 times 10. (5, -1, 0, 0): 18 over 4 times 4.
    days = [day_of(name, saving_eur=saving) for name, saving in zip("abcd", savings, strict=False)]
    fill_table(tables, "gold.market_daily", days)
    found = tables.execute(
        "select level, group_name, members, active_members, saving_gini, worst_off_user_id, worst_off_saving_eur "
        "from warehouse.kpi_group order by all"
    ).fetchall()
    said = (len(savings), 0, gini and Decimal(gini), worst[0], Decimal(worst[1]).scaleb(-6))
    assert found == [("community", "community", *said), ("zone", "north", *said)]


def test_carbon_that_is_not_known_any_more_is_the_constant_and_what_is_taken_back_saves_none(
    tables: duckdb.DuckDBPyConnection,
):
    slot, other_slot = stored(2013, 1, 30, 12), stored(2013, 1, 30, 13)
    booked = {name: 0 for name in columns("gold.settled_position") if name.endswith(("_kwh", "_eur"))}
    booked |= {"settlement_id": 1, "entry": 1, "member_id": "a", "zone": "north", "is_provisional": False}
    positions = [
        booked | {"period_start_utc": slot, "bought_kwh": 10},
        booked | {"period_start_utc": slot, "bought_kwh": -10, "entry": -1},
        booked | {"period_start_utc": slot, "bought_kwh": 7},
        booked | {"period_start_utc": other_slot, "bought_kwh": 1},
    ]
    fill_table(tables, "gold.settled_position", stored_in_units(positions))
    of_day = {"local_date": date(2013, 1, 30)}
    fill_table(tables, "gold.calendar", [of_day | {"period_start_utc": start} for start in (slot, other_slot)])
    fill_table(tables, "gold.grid_slot", [{"period_start_utc": slot, "carbon_gco2_per_kwh": Decimal("200.5")}])
    found = model_rows(tables, "gold.market_daily", Settings(carbon_gco2_per_kwh="300"))
    assert found["co2_saved_kg"].to_list() == [Decimal("0.0000017035")]  # 7 mWh at 200.5 g and 1 mWh at 300 g


def test_a_month_has_all_its_days_when_only_its_first_is_built(tables: duckdb.DuckDBPyConnection):
    days = [
        day_of("a", total_eur=total, fee_eur=total) | {"local_date": date(2013, 1, day)}
        | {"period_start_utc": stored(2013, 1, day)}
        for day, total in ((1, 3), (31, 4))
    ]  # fmt: skip
    fill_table(tables, "gold.market_daily", days)
    window = {"from_utc": stored(2013, 1, 1), "to_utc": stored(2013, 1, 2)}
    bills = model_rows(tables, "gold.member_bill_monthly", Settings(), window).to_dicts()
    fill_table(tables, "gold.member_bill_monthly", bills)
    account = tables.execute("select bills, total_eur, left_eur from warehouse.community_account_monthly").fetchall()
    assert [(bill["local_month"], bill["total_eur"]) for bill in bills] == [(date(2013, 1, 1), Decimal("0.000007"))]
    assert account == [(1, Decimal("0.000007"), Decimal("0.000007"))]
