"""Every page on a lake that the commands built: what the tables hold is what the pages show."""

import shutil
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.dashboard import query_times
from harness.lake_steps import METER_HEADER, land, written
from tests.support.dashboard_pages import NAMES, drawn_page
from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.pages import pages
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


@pytest.fixture
def opened(demo_lake, monkeypatch):
    """A function that opens a page on the built lake."""
    monkeypatch.setenv("WATTLAKE_DATA", demo_lake.data)

    def open_page(page: str) -> AppTest:
        return drawn_page(page, seconds=30)

    return open_page


@pytest.fixture(scope="module")
def reader(demo_lake):
    lake = Lake(demo_lake, read_only=True)
    yield lake.reader()
    lake.close()


WITHOUT_PICTURES = {"fleet", "sql", "live"}
"""The community has no plant and no stream, and nothing was asked in SQL yet."""


@pytest.mark.parametrize("page", NAMES)
def test_every_page_shows_the_built_lake_and_that_it_is_simulated(opened, page):
    test = opened(page)
    words = "\n".join(element.value for kind in (test.markdown, test.caption) for element in kind)
    assert f"Data until **2026-06-22 {'01:00 BST' if pages()[page].page.is_local else '00:00 UTC'}**" in words
    assert "consumption: simulated]" in words
    assert not test.error
    assert not test.warning
    is_drawn = any(test.get(kind) for kind in ("plotly_chart", "graphviz_chart", "arrow_data_frame", "image"))
    assert is_drawn or page in WITHOUT_PICTURES


def test_the_forecast_page_offers_the_community_its_zones_and_every_member_that_has_a_forecast(opened, reader):
    zones = reader.execute("select zone from warehouse.dim_zone order by zone").fetchall()
    members = reader.execute("select distinct user_id from warehouse.fact_forecast order by 1").fetchall()
    everyone = ["all members together", *(f"zone {zone}" for (zone,) in zones), *(member for (member,) in members)]
    assert opened("forecast").selectbox(key="member").options == everyone


def test_the_forecast_page_shows_the_community_as_it_was_foreseen_together(opened, reader):
    test = opened("forecast")
    expected = reader.execute(
        """
        select sum(expected_kwh)::double, any_value(members) from warehouse.fact_group_forecast
        where level = 'community' and target = 'consumption'
        group by issued_at_utc, forecaster, forecaster_version
        order by issued_at_utc desc, forecaster, forecaster_version desc
        limit 1
        """
    ).fetchone()
    assert test.subheader[0].value == "Consumption of `all members together`"
    assert test.metric[0].value == energy(expected[0])
    assert any(f"{expected[1]:,} members are added up" in one.value for one in test.caption)


def test_the_pipeline_page_says_that_a_build_would_replace_nothing(opened):
    assert "Nothing is new: a build would replace nothing." in [caption.value for caption in opened("pipeline").caption]


def test_the_pipeline_page_plans_the_build_of_a_new_reading(demo_lake, opened, tmp_path, monkeypatch):
    folder = shutil.copytree(demo_lake.data, tmp_path / "lake")
    monkeypatch.setenv("WATTLAKE_DATA", str(folder))
    lake = Lake(Settings(_env_file=None, data=str(folder), catalog=""))
    meter, day = (
        lake.reader()
        .execute(
            "select meter_id, max(period_start_utc)::date from silver.meter_reading group by all order by all limit 1"
        )
        .fetchall()[0]
    )
    corrected = written(tmp_path / "x.csv", METER_HEADER, [f"{meter},{day} 10:00:00,0.999"])
    land(lake, "smart_meters", corrected, now=datetime(2026, 6, 23, tzinfo=UTC))
    lake.close()

    test = opened("pipeline")

    (plan,) = (frame.value for frame in test.dataframe if "why" in frame.value)
    readings = plan[plan["table"] == "silver.meter_reading"].to_dict("records")
    assert [(row["action"], row["first_day"].date(), row["days"]) for row in readings] == [("replace", day, 1)]
    assert "Nothing is new: a build would replace nothing." not in [caption.value for caption in test.caption]


@pytest.mark.long
def test_the_benchmark_asks_the_pages_queries_by_their_names(demo_lake: Settings):
    lake = {"WATTLAKE_DATA": demo_lake.data, "WATTLAKE_CATALOG": "", "WATTLAKE_TIMEZONE": demo_lake.timezone}
    milliseconds = dict(query_times(lake))
    assert {"models", "errors by lead", "top members, Year", "advice", "prices foreseen"} <= milliseconds.keys()
    assert all(taken > 0 for taken in milliseconds.values())
