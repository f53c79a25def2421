"""One number, one value: every key figure shown equals one worked out anew from the ledger, at every zoom.

Of two periods by chance; ``WATTLAKE_TORTURE_PERIODS=4`` asks for more.
"""

import os
import random
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.support.dashboard_pages import drawn_page
from wattlake.app.dashboard.cards import written
from wattlake.app.dashboard.period import ZOOMS, Days, looked_at
from wattlake.app.dashboard.queries import community, extent, impact, member, performance
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

SEEDS = range(int(os.environ.get("WATTLAKE_TORTURE_PERIODS", "2")))
LEDGER = """
    with counted as (
        select position.*, calendar.local_date, grid.carbon_gco2_per_kwh
        from gold.settled_position as position
        inner join gold.calendar as calendar using (period_start_utc)
        left join gold.grid_slot as grid using (period_start_utc)
        where calendar.local_date >= $first and calendar.local_date < $end
    ),

    placed as (
        select
            *,
            last_value(zone) over (
                partition by member_id, local_date order by period_start_utc
                rows between unbounded preceding and unbounded following
            ) as day_zone
        from counted
    )

    select
        sum(consumption_kwh) as consumption_kwh,
        sum(production_kwh) as production_kwh,
        sum(least(consumption_kwh, production_kwh)) as self_consumption_kwh,
        sum(bought_kwh) as bought_kwh,
        sum(sold_kwh) as sold_kwh,
        sum(grid_import_kwh) as grid_import_kwh,
        sum(grid_export_kwh) as grid_export_kwh,
        sum(sold_eur + grid_export_eur) as revenue_eur,
        sum(
            alone_eur - bought_eur - fee_eur - grid_import_eur + sold_eur
            + grid_export_eur
        ) as saving_eur,
        sum(bought_kwh * carbon_gco2_per_kwh) as co2_g,
        (
            select count(*) from (
                select member_id from placed where {who}
                group by member_id having sum(bought_kwh + sold_kwh) > 0
            )
        ) as active_members,
        (
            select coalesce(sum(entry), 0) from gold.settled_trade
            inner join gold.calendar using (period_start_utc)
            where local_date >= $first and local_date < $end
                and (seller_id, local_date) in (select (member_id, local_date) from placed where {who})
        ) as trades
    from placed
    where {who}
"""
"""Straight from the bookings, by members and slots: nothing of it is a number that the dashboard reads."""


def of_the_ledger(reader: Connection, days: Days, zones: tuple[str, ...] = (), user_id: str = "") -> dict[str, object]:
    """Key figures of some days under the names of the cards' columns."""
    listed = ", ".join(f"'{zone}'" for zone in zones)
    who = f"member_id = '{user_id}'" if user_id else f"day_zone in ({listed})" if zones else "true"
    row = reader.execute(LEDGER.format(who=who), {"first": days.first, "end": days.end}).pl().row(0, named=True)
    found = {name: Decimal(number or 0) for name, number in row.items()}
    consumption, production = found["consumption_kwh"], found["production_kwh"]
    return {
        "trades": int(found["trades"]),
        "active_members": int(found["active_members"]),
        "revenue_eur": float(found["revenue_eur"]),
        "daily_revenue_eur": float(found["revenue_eur"]) / len(days),
        "saving_eur": float(found["saving_eur"]),
        "co2_saved_kg": float(found["co2_g"] / 1000),
        **{f"{name}_kwh": float(found[f"{name}_kwh"]) for name in ("consumption", "production", "sold")},
        "traded_kwh": float(found["bought_kwh"]),
        "bought_kwh": float(found["bought_kwh"]),
        "self_sufficiency_ratio": float((consumption - found["grid_import_kwh"]) / consumption)
        if consumption
        else None,
        "self_consumption_ratio": float((production - found["grid_export_kwh"]) / production) if production else None,
        "used_at_once_ratio": float(found["self_consumption_kwh"] / production) if production else None,
    }


@pytest.fixture(scope="module")
def reader(demo_lake):
    lake = Lake(demo_lake, read_only=True)
    yield lake.reader()
    lake.close()


@pytest.fixture(scope="module")
def known(reader) -> Days:
    return extent.settled(reader, "Europe/London").whole


@pytest.fixture
def shown(demo_lake, monkeypatch):
    """A function that opens a page with filters and gives its key figures as they are written."""
    monkeypatch.setenv("WATTLAKE_DATA", demo_lake.data)

    def open_page(page: str, **query: object) -> dict[str, str]:
        test = drawn_page(page, seconds=60, **query)
        return {metric.label: metric.value for metric in test.metric}

    return open_page


def chance(seed: int, reader: Connection, known: Days) -> tuple[dict[str, object], Days, tuple[str, ...], str]:
    """Some filters: as they stand in the address, and what they ask for."""
    dice = random.Random(seed)
    day = known.first + timedelta(days=dice.randrange(len(known)))
    zoom = dice.choice(ZOOMS)
    all_zones = extent.zones(reader)
    zones = tuple(sorted(dice.sample(all_zones, dice.randrange(len(all_zones)))))
    query = {"period": zoom, "zone": list(zones), **({} if zoom == "All days" else {"day": day.isoformat()})}
    return query, looked_at(zoom, day, known), zones, dice.choice(extent.members(reader))


OVERVIEW = {
    "Transactions": "trades",
    "Revenue": "revenue_eur",
    "Revenue a day": "daily_revenue_eur",
    "Energy traded": "traded_kwh",
    "Active members": "active_members",
    "Self-sufficiency": "self_sufficiency_ratio",
    "Self-consumption": "self_consumption_ratio",
    "Consumption": "consumption_kwh",
    "Production": "production_kwh",
    "Savings": "saving_eur",
}
MEMBER = {
    "Consumption": "consumption_kwh",
    "Production": "production_kwh",
    "Bought from neighbours": "bought_kwh",
    "Sold to neighbours": "sold_kwh",
    "Self-sufficiency": "self_sufficiency_ratio",
    "Own solar used at once": "used_at_once_ratio",
    "Savings": "saving_eur",
    "Revenue": "revenue_eur",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_key_figure_shown_is_the_ledgers(shown, reader, known, demo_lake, seed):
    query, days, zones, user_id = chance(seed, reader, known)
    found = of_the_ledger(reader, days, zones)
    assert shown("overview", **query) == {label: written(column, found[column]) for label, column in OVERVIEW.items()}
    saved_kg = found["co2_saved_kg"]
    if found["consumption_kwh"]:
        assert shown("impact", **query) == {
            "CO₂ saved": written("co2_saved_kg", saved_kg),
            "As car rides": written("co2_as_car_km", saved_kg * 1000 / float(demo_lake.car_gco2_per_km)),
            "As trees for a year": written("co2_as_tree_years", saved_kg / float(demo_lake.tree_kg_co2_per_year)),
            "Savings": written("saving_eur", found["saving_eur"]),
        }
    of_member = of_the_ledger(reader, days, user_id=user_id)
    of_page = shown("member", member=user_id, **query)
    assert {label: figure for label, figure in of_page.items() if not label.startswith("Bill of ")} == {
        label: written(column, of_member[column]) for label, column in MEMBER.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_days_add_up_to_the_period_and_members_and_zones_to_the_community(reader, known, seed):
    _, days, _, _ = chance(seed, reader, known)
    whole = community.totals(reader, days, []).row(0, named=True)
    added = ("trades", "revenue_eur", "saving_eur", "traded_kwh", "consumption_kwh", "production_kwh", "co2_saved_kg")
    by_day = [community.totals(reader, days.lasting(day, 1), []).row(0, named=True) for day in days]
    by_zone = [community.totals(reader, days, [zone]).row(0, named=True) for zone in extent.zones(reader)]
    by_member = [member.totals(reader, one, days).row(0, named=True) for one in extent.members(reader)]
    for column in added:
        assert sum(row[column] for row in by_day) == pytest.approx(whole[column], abs=1e-6)
        assert sum(row[column] for row in by_zone) == pytest.approx(whole[column], abs=1e-6)
    for column in ("revenue_eur", "saving_eur", "consumption_kwh", "production_kwh"):
        assert sum(row[column] for row in by_member) == pytest.approx(whole[column], abs=1e-6)
    assert sum(row["bought_kwh"] for row in by_member) == pytest.approx(whole["traded_kwh"], abs=1e-6)
    assert sum(row["sold_kwh"] for row in by_member) == pytest.approx(whole["traded_kwh"], abs=1e-6)


def test_the_key_figures_are_those_of_the_warehouses_own_months_and_days(reader, known):
    """Of zones by the day alone: to a month a member counts where it was at its end, to its days where it was then."""
    rows = reader.execute("""
        from warehouse.kpi_group
        where (level = 'community' and period = 'month')
            or (level in ('community', 'zone') and period = 'day' and day(local_date) = 7)
    """).pl()
    whole_months = {day for day in known if day.day == 1 and (day.replace(day=28) + timedelta(days=4)) in known}
    # The warehouse's month holds the running day, which the dashboard's does not.
    rows = rows.filter((pl.col("period") == "day") | pl.col("local_date").is_in(list(whole_months)))
    assert {*rows["level"]} == {"community", "zone"}
    for row in rows.iter_rows(named=True):
        month = looked_at("Month" if row["period"] == "month" else "Day", row["local_date"], known)
        zones = [] if row["level"] == "community" else [row["group_name"]]
        found = community.totals(reader, month, zones).row(0, named=True)
        if row["level"] == "community":
            saved = impact.impact(reader, month, []).row(0, named=True)
            assert saved["saving_gini"] == pytest.approx(float(row["saving_gini"]), abs=1e-4)
            assert saved["worst_off_user_id"] == row["worst_off_user_id"]
            assert found["active_members"] == row["active_members"]
        for column in ("consumption_kwh", "production_kwh", "saving_eur", "revenue_eur", "co2_saved_kg"):
            assert found[column] == pytest.approx(float(row[column]), abs=1e-6), (row["group_name"], column)
        assert found["traded_kwh"] == pytest.approx(float(row["bought_kwh"]), abs=1e-6)
        if row["self_sufficiency_ratio"] is not None:
            assert found["self_sufficiency_ratio"] == pytest.approx(float(row["self_sufficiency_ratio"]), abs=1e-4)


TRADES = """
    select
        coalesce(sum(entry) filter (where seller_id = $user_id), 0)::bigint as sales,
        coalesce(sum(amount_eur) filter (where seller_id = $user_id), 0)::double as sales_eur,
        coalesce(sum(entry) filter (where buyer_id = $user_id), 0)::bigint as purchases
    from gold.settled_trade inner join gold.calendar using (period_start_utc)
    where local_date >= $first and local_date < $end
"""


def test_a_top_sellers_trades_and_what_they_bring_are_the_ledgers(reader, known):
    days = known.lasting(known.last - timedelta(days=6), 7)
    first = performance.top_members(reader, days, [], "sold_kwh", places=2)
    assert first.height == 2
    for row in first.iter_rows(named=True):
        bound = {"user_id": row["user_id"], "first": days.first, "end": days.end}
        booked = reader.execute(TRADES, bound).pl().row(0, named=True)
        assert booked["sales"] > 0
        assert {name: row[name] for name in booked} == pytest.approx(booked)
