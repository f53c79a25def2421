"""The Solar fleet page, drawn by Streamlit's own test runner on a lake that a simulated fleet was landed in."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from harness.lake_steps import build_all, land
from tests.support.dashboard_pages import drawn_page
from tests.support.fleet_steps import FETCHED, simulated
from wattlake.app.dashboard import fleet_output
from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.case_advice import ADVICE
from wattlake.app.dashboard.charts import fleet as charts
from wattlake.app.dashboard.queries import fleet as queries
from wattlake.app.dashboard.queries import fleet_output as output_queries
from wattlake.app.dashboard.queries.fleet import Panel
from wattlake.app.sandbox.fleet import SimulatedFleet
from wattlake.lake.contracts.gold.panel_case import KINDS
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

NEWEST = datetime(2026, 6, 21)  # noqa: DTZ001
"""The last day of the simulated fleet."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> SimulatedFleet:
    return simulated(tmp_path_factory.mktemp("fleet"), 7)


@pytest.fixture(scope="module")
def fleet_folder(fleet: SimulatedFleet) -> Path:
    """The folder of a lake that has the fleet and no community."""
    lake = Lake(Settings(data=str(fleet.folder.parent / "lake")))
    lake.create()
    land(lake, "inverters", *sorted(fleet.folder.glob("*.csv")), now=FETCHED)
    build_all(lake)
    lake.close()
    return fleet.folder.parent / "lake"


@pytest.fixture
def opened(use_lake: Callable[[Path], None]) -> Callable[..., AppTest]:
    def open_page(folder: Path, **query: str) -> AppTest:
        use_lake(folder)
        return drawn_page("fleet", seconds=60, **query)

    return open_page


def dead(fleet: SimulatedFleet) -> Panel:
    """The panel that was planted dead."""
    return next(Panel(one.plant_id, one.panel_id) for one in fleet.faults if one.kind == "dead")


def test_the_page_links_to_where_its_figures_come_from_also_without_a_community(opened, fleet_folder):
    (link,) = opened(fleet_folder).get("page_link")
    assert (link.proto.page, link.proto.label) == ("lineage", "Where from?")
    assert "table=warehouse.fact_panel_kpi_daily" in link.proto.query_string


def test_the_page_shows_the_worst_panel_first_with_since_when_and_loss(opened, fleet_folder, fleet):
    test = opened(fleet_folder)
    cases, panels = (table.value for table in test.dataframe)
    assert len(cases) == 9
    (swapped,) = cases[cases["kind"] == "swapped units"].to_dict("records")
    assert math.isnan(swapped["peers_ratio"]), "a thousandfold of what its peers gave, for its unit is wrong"
    of_panels = panels.set_index("panel_id")
    assert of_panels.loc[swapped["panel_id"], "peers_ratio"] == pytest.approx(1, abs=0.05), "of the days before it"
    assert of_panels["peers_ratio"].max() < 3 and of_panels["performance_ratio"].max() < 3
    first = cases.iloc[0]
    assert (first["plant_id"], first["panel_id"], first["kind"]) == (dead(fleet).plant_id, dead(fleet).panel_id, "dead")
    planted = next(one for one in fleet.faults if one.kind == "dead")
    assert first["since_utc"].date() == planted.first_day
    assert first["loss_kwh"] > 1_000
    assert first["loss_eur"] == pytest.approx(first["loss_kwh"] * 0.08, abs=0.01)
    assert len(panels) == 22
    figures = {metric.label: metric.value for metric in test.metric}
    assert (figures["Panels"], figures["With an open case"], figures["Dead"]) == ("22", "9", "1")
    assert any(":orange-badge[panels: simulated]" in text.value for text in test.markdown)
    assert test.selectbox(key="panel").value == f"{dead(fleet).plant_id} {dead(fleet).panel_id}"


def test_an_empty_lake_shows_how_to_fill_it(opened, rowless_folder):
    test = opened(rowless_folder)
    assert "wattlake run" in [code.value for code in test.code]


def test_the_queries_answer_what_the_page_draws(fleet_folder, fleet):
    lake = Lake(Settings(data=str(fleet_folder)), read_only=True)
    reader = lake.reader()
    found = queries.newest_days(reader)
    assert found is not None and found.running is None
    newest = found.day
    of_week = queries.days(reader, newest - timedelta(days=6), newest)
    assert of_week.height == 22 * 7
    assert of_week.filter(pl.col("kind") == "dead")["peers_ratio"].to_list() == [0.0] * 7
    power = queries.intervals(reader, dead(fleet), newest, 1)
    assert power["ac_power_kw"].sum() == 0
    assert power["peers_kw"].sum() > 100
    assert power["expected_kw"].sum() == pytest.approx(power["peers_kw"].sum(), rel=0.1)
    worst = queries.panels(reader, newest, newest).row(0, named=True)
    assert (worst["plant_id"], worst["panel_id"]) == (dead(fleet).plant_id, dead(fleet).panel_id)
    lake.close()


def test_the_heat_map_has_a_row_for_each_panel_and_a_column_for_each_day():
    midnight = FETCHED.replace(hour=0, tzinfo=None)
    days = pl.DataFrame(
        [
            ("P B", midnight, 0.5, "dead"),
            ("P A", midnight, 1.0, None),
            ("P A", midnight + timedelta(days=1), None, None),
        ],
        schema=["panel", "day_utc", "peers_ratio", "kind"],
        orient="row",
    )
    (heat,) = charts.heat_map(days).data
    assert isinstance(heat, go.Heatmap)
    assert (list(heat.y), list(heat.x)) == (["P A", "P B"], ["2026-06-22", "2026-06-23"])
    assert [list(row) for row in heat.z] == [[1.0, None], [0.5, None]]


@pytest.mark.parametrize(
    ("last_hour", "newest", "running"),
    [
        ("2026-06-21 23:00", "2026-06-21", None),
        ("2026-06-22 10:00", "2026-06-21", "2026-06-22"),
        ("2026-06-20 10:00", "2026-06-20", None),
    ],
    ids=["ends with a whole day", "ends in a day that runs", "has no other day"],
)
def test_a_period_ends_with_a_whole_day(last_hour: str, newest: str, running: str | None):
    connection = duckdb.connect()
    connection.execute("create schema warehouse")
    connection.execute(
        "create table warehouse.fact_panel_interval as select 'P' as plant_id, panel_id, period_start_utc, "
        "60 as period_minutes from (values ('A', 0), ('B', 0), ('a clock ahead', 1)) as panel (panel_id, days_ahead), "
        "generate_series(timestamp '2026-06-20', ?::timestamp + to_days(days_ahead), interval 1 hour) "
        "as hours (period_start_utc)",
        [last_hour],
    )
    connection.execute(
        "create table warehouse.fact_panel_kpi_daily as select distinct "
        "date_trunc('day', period_start_utc)::timestamp as period_start_utc from warehouse.fact_panel_interval "
        "where panel_id in ('A', 'B')"
    )
    found = queries.newest_days(connection)
    assert found is not None
    assert (f"{found.day:%Y-%m-%d}", f"{found.running:%Y-%m-%d}" if found.running else None) == (newest, running)


def test_every_kind_of_case_says_what_to_do():
    assert ADVICE.keys() == set(KINDS)
    assert all(text.endswith(".") for advice in ADVICE.values() for text in advice)


def test_a_panel_with_a_case_shows_what_it_costs_and_what_to_do(opened, fleet_folder, fleet):
    test = opened(fleet_folder)
    words = "\n".join(element.value for element in test.markdown)
    assert f"##### What to do about `{dead(fleet).plant_id} {dead(fleet).panel_id}`" in words
    assert "**Dead** since 8 Jun 2026, 14 days. It lost **3,576.7 kWh**, 286.13 EUR: 255.5 kWh a day." in words
    assert "**What to do:** Look at the inverter" in words
    in_order = next(panel for panel in test.selectbox(key="panel").options if panel.endswith("INV01-003"))
    test.selectbox(key="panel").set_value(in_order).run()
    assert "It has no open case." in [success.value for success in test.success]


def test_the_output_stands_beside_that_of_the_period_before(opened, fleet_folder, fleet):
    test = opened(fleet_folder, days="7 days")
    lake = Lake(Settings(data=str(fleet_folder)), read_only=True)
    now, before = (
        lake.reader()
        .execute(
            "select sum(energy_kwh)::double from warehouse.fact_panel_kpi_daily "
            "where kind is distinct from 'swapped units' and period_start_utc between ? and ?",
            [newest - timedelta(days=6), newest],
        )
        .fetchall()[0][0]
        for newest in (NEWEST, NEWEST - timedelta(days=7))
    )
    lake.close()
    shown = {metric.label: (metric.value, metric.delta) for metric in test.metric}
    assert shown["Output"] == (energy(now), f"{100 * (now - before) / before:+.1f} %")
    assert any("Of year before not all of the 7 days were read." in caption.value for caption in test.caption)


def test_a_period_that_was_not_read_in_full_is_compared_with_nothing(opened, fleet_folder):
    shown = {metric.label: metric.delta for metric in opened(fleet_folder, days="30 days").metric}
    assert shown["Output"] == "", "of the thirty days before only four were read"


def test_the_trend_is_the_line_through_all_weeks_and_needs_enough_of_them():
    first = NEWEST - timedelta(weeks=52)
    weeks = pl.DataFrame(
        {
            "week_utc": [first + timedelta(weeks=number) for number in range(53)],
            "expected_ratio": [1 - 0.02 * number / 52.1785 for number in range(53)],
            "days": [7] * 53,
            "energy_kwh": [1.0] * 53,
        }
    )
    assert fleet_output.yearly_change(weeks) == pytest.approx(-0.02, abs=1e-5)
    assert fleet_output.yearly_change(weeks.head(7)) is None
    assert [trace.name for trace in charts.trend(weeks, with_line=True).data] == ["Output of the expected", "Trend"]
    line = charts.trend(weeks, with_line=True).data[1]
    assert (line.y[0], line.y[-1]) == (pytest.approx(1, abs=1e-6), pytest.approx(0.98, abs=1e-4))
    axis = charts.trend(weeks, with_line=True).layout.xaxis
    assert axis.tick0 == first, "the axis is labelled at the starts of weeks"
    assert axis.dtick % (7 * 86_400_000) == 0


def test_a_week_is_summed_over_the_panels_whose_unit_is_right(fleet_folder):
    lake = Lake(Settings(data=str(fleet_folder)), read_only=True)
    weeks = output_queries.weeks(lake.reader(), NEWEST)
    lake.close()
    assert weeks["days"].to_list()[1:] == [7] * (weeks.height - 1)
    assert all(0.8 < ratio < 1.05 for ratio in weeks["expected_ratio"]), "a swapped unit would make it a hundred"
