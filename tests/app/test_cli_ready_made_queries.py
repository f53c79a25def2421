"""``wattlake sql --query``: every ready-made query, on a community whose every number is worked out by hand.

From noon to one sun produces 4 kWh and takes 1, ann takes 2; ann takes 1 more in the evening. From February on bob
takes 2 at noon and 3 in the evening. The grid charges 0.30 and pays 0.10 EUR/kWh, so that neighbours trade at 0.20: in
January 2 kWh a day, from then on all 3 that sun has left, shared between two who lack 2 each. The last day is March 3;
of March 4 all is there until two in the afternoon: the running day, which is in no answer.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER, REGISTER_HEADER, build_all, land, reading_line, stored, written
from tests.support.small_world import environment
from wattlake.app.ready import READY
from wattlake.lake.market.settlement import settle
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

DAYS = [date(2013, 1, 1) + timedelta(days=number) for number in range(62)]
RUNNING, UNTIL_HOUR = date(2013, 3, 4), 14
LATER = datetime(2013, 5, 1, tzinfo=UTC)
SETTINGS = {
    "WATTLAKE_RETAIL_EUR_PER_KWH": "0.30",
    "WATTLAKE_FEED_IN_EUR_PER_KWH": "0.10",
    "WATTLAKE_CARBON_GCO2_PER_KWH": "400",
}
REGISTER = [
    "ann,A,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    "bob,B,,south,50.8,-0.1,,,,consumer,2013-02-01,",
    "sun,S,P,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,",
]
KWH = {"A": {12: 2, 20: 1}, "B": {12: 2, 20: 3}, "S": {12: 1}, "P": {12: 4}}
"""By meter and hour."""


def readings(meter: str) -> list[str]:
    return [
        reading_line(meter, stored(day.year, day.month, day.day, hour, minute), f"{KWH[meter].get(hour, 0) / 2:.3f}")
        for day in [*DAYS, RUNNING]
        if meter != "B" or day.month > 1
        for hour in range(UNTIL_HOUR if day == RUNNING else 24)
        for minute in (0, 30)
    ]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the community's lake, and its settings in the environment."""
    folder = tmp_path_factory.mktemp("queries")
    with environment({"WATTLAKE_DATA": str(folder / "lake"), **SETTINGS}):
        lake = Lake(Settings())
        lake.create()
        land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, REGISTER), now=LATER)
        for meter in KWH:
            land(lake, "smart_meters", written(folder / f"{meter}.csv", METER_HEADER, readings(meter)), now=LATER)
        build_all(lake)
        list(settle(lake, LATER, "run"))
        build_all(lake, "bills")
        lake.close()
        yield folder


def day_of_flow(hour: int) -> str:
    return {12: "5.000,4.000,1.000,3.000,1.000,0.000", 20: "4.000,0.000,0.000,0.000,4.000,0.000"}.get(
        hour, ",".join(["0.000"] * 6)
    )


OF_A_COMMUNITY = [name for name in READY if name != "panel_cases"]
"""The fleet's query is asked in test_cli_fleet."""

ANSWERS = {
    # Ann's 4.5, bob's 4.5 and sun's 9 EUR of saving, weighed -2, 0 and 2, are 9, over 3 times 18. Before, from
    # January 3 to February 1, bob was there for a day: 0.15, 5.95 and 6.1 EUR give 11.9 over 3 times 12.2.
    "kpis_last_30_days": [
        "kpi,last_30_days,the_30_days_before,change",
        "settled days,30.0000,30.0000,0.0000",
        "members,3.0000,3.0000,0.0000",
        "active members,3.0000,3.0000,0.0000",
        '"consumption, kWh",270.0000,125.0000,145.0000',
        '"production, kWh",120.0000,120.0000,0.0000',
        '"traded, kWh",90.0000,61.0000,29.0000',
        '"self-sufficiency, ratio",0.4444,0.7280,-0.2836',
        '"self-consumption, ratio",1.0000,0.7583,0.2417',
        '"peer to grid, ratio",1.2000,1.9365,-0.7365',
        '"saving, EUR",18.0000,12.2000,5.8000',
        '"revenue, EUR",18.0000,15.1000,2.9000',
        '"CO2 saved, kg",36.0000,24.4000,11.6000',
        "Gini of savings,0.1667,0.3251,-0.1584",
        '"smallest saving, EUR",4.5000,0.1500,4.3500',
    ],
    "hourly_energy_flow": [
        "local_hour,consumption_kwh,production_kwh,self_consumption_kwh,traded_kwh,grid_import_kwh,grid_export_kwh",
        *(f"{hour},{day_of_flow(hour)}" for hour in range(24)),
    ],
    "marketplace_dynamics": [
        "local_date,supply_kwh,demand_kwh,traded_kwh,price_eur_per_kwh,grid_buy_price_eur_per_kwh,"
        "grid_sell_price_eur_per_kwh",
        *(f"{day},3.000,8.000,3.000,0.200000,0.300000,0.100000" for day in DAYS[-30:]),
    ],
    "top_sellers_and_buyers": [
        "side,place,user_id,zone,energy_kwh,amount_eur,price_eur_per_kwh",
        "seller,1,sun,north,90.000,18.000000,0.200000",
        "buyer,1,ann,north,45.000,9.000000,0.200000",
        "buyer,2,bob,south,45.000,9.000000,0.200000",
    ],
    # 0.4 kg for each of 62, 84 and 9 kWh; 248.5 g are a kilometre, 22 kg a tree's year.
    "impact": [
        "local_month,is_whole,co2_saved_kg,co2_as_car_km,co2_as_tree_years,co2_saved_so_far_kg",
        "2013-01-01,true,24.800000000,99.799,1.127,24.800000000",
        "2013-02-01,true,33.600000000,135.211,1.527,58.400000000",
        "2013-03-01,false,3.600000000,14.487,0.164,62.000000000",
    ],
    # Bob draws 105 of 150 kWh from the grid, ann 45 of 90, sun nothing of 30.
    "self_sufficiency_distribution": [
        "from_pct,to_pct,members,producing_members",
        *(f"{low},{low + 10},{int(low in (30, 50, 90))},{int(low == 90)}" for low in range(0, 100, 10)),
    ],
    # Three days of March are held against three of February.
    "growth": [
        "local_month,is_whole,members,members_change,active_members,active_members_change,traded_kwh,"
        "traded_change_kwh,traded_change_pct",
        "2013-01-01,true,2,,2,,62.000,,",
        "2013-02-01,true,3,1,3,1,84.000,22.000,35.5",
        "2013-03-01,false,3,0,3,0,9.000,0.000,0.0",
    ],
}


@pytest.mark.parametrize("name", OF_A_COMMUNITY)
def test_a_ready_made_query_answers_what_was_worked_out(wattlake, settled, monkeypatch, name):
    monkeypatch.chdir(settled)
    said = wattlake("sql", "--query", name, "--format", "csv")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == ANSWERS[name]


@pytest.mark.parametrize("name", OF_A_COMMUNITY)
def test_a_ready_made_query_reads_the_warehouse_alone(name):
    tables = re.findall(r"(?:from|join) (\w+)\.\w+", READY[name].read_text())
    assert set(tables) == {"warehouse"}


@pytest.mark.parametrize("name", OF_A_COMMUNITY)
def test_a_ready_made_query_says_what_it_answers(wattlake, settled, name):
    question = READY[name].read_text().partition("\n")[0]
    assert wattlake("sql", "--query", name).out.startswith(f"\n{question.removeprefix('-- ')}\n")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), "Found neither."),
        (("select 1", "--query", "growth"), "Found both."),
        (("--query", "shrinkage"), "There is no query `shrinkage`."),
    ],
)
def test_neither_or_both_or_an_unknown_query_is_refused_with_the_names_there_are(wattlake, arguments, found):
    said = wattlake("sql", *arguments)
    names = ", ".join(READY)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"Error: Give a query in SQL, or --query with one of {names}. {found}\n"
