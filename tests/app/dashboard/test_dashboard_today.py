"""The first page: it answers at a glance, whatever the lake has or lacks."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.dashboard.conftest import lake_at
from tests.support import live_rows
from tests.support.dashboard_pages import FIRST, drawn_page
from wattlake.app.dashboard.flow_picture import flow_picture, in_words, streams
from wattlake.app.dashboard.flows import of_day, of_now
from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries import surplus, today
from wattlake.app.dashboard.queries.live import power_flows
from wattlake.app.dashboard.queries.surplus import Surplus
from wattlake.app.dashboard.queries.today import DayFlows
from wattlake.app.dashboard.words import ago, best_hours, surplus_in_words

FLOWS = of_day(DayFlows(date(2026, 6, 21), 100.0, 80.0, 40.0, 30.0, 10.0, 30.0))
NOON = datetime(2026, 6, 22, 12)  # noqa: DTZ001


@pytest.fixture
def opened(use_lake, monkeypatch):
    """A function that opens the dashboard, which shows its first page, on a lake of some tables."""

    def open_first(folder) -> AppTest:
        use_lake(folder)
        return drawn_page(FIRST, seconds=30)

    return open_first


def words(test: AppTest) -> str:
    return "\n".join(element.value for kind in (test.markdown, test.caption, test.info) for element in kind)


def without(community: dict[str, pl.DataFrame], *lacking: str) -> dict[str, pl.DataFrame]:
    return {name: frame for name, frame in community.items() if not name.startswith(lacking)}


def test_the_first_page_tells_the_name_the_surplus_the_best_hours_and_how_fresh_it_is(
    opened, filled_folder, monkeypatch
):
    monkeypatch.setenv("WATTLAKE_COMMUNITY", "Sunny <b>side</b>")
    test = opened(filled_folder)
    assert FIRST == "today"
    (name,) = test.text
    assert name.value.startswith("Sunny <b>side</b> · 4 members in 2 zones"), "plain text, whatever it is"
    shown = words(test)
    assert "Sun 5 Apr 2026 11–15 h: **3.6 kWh** surplus expected" in shown, "the clock is one hour ahead of UTC"
    assert "selling brings **0.04–0.08 EUR**; 90 % sure." in shown
    assert "Best hours to run a load: Sun 5 Apr 2026 **11–14 h**." in shown
    assert "That forecast is over." in shown
    assert "Newest reading: **Mon 6 Apr 2026, 01:00**" in shown
    assert "Energy of Sunday, 5 April 2026" in shown
    (picture,) = test.get("image")
    assert picture.proto.imgs[0].alt.startswith("Panels give ")


@pytest.mark.parametrize(
    ("lacking", "command"),
    [
        (("warehouse.fact_surplus_advice", "warehouse.fact_price_forecast"), "wattlake forecast"),
        (("warehouse.dim_price",), "wattlake run"),
        (("warehouse.fact_energy_flow",), "wattlake run"),
    ],
)
def test_what_is_lacking_is_said_with_the_command_that_brings_it(
    opened, make_lake, tmp_path, community, lacking, command
):
    test = opened(make_lake(tmp_path / "lake", without(community, *lacking)))
    assert command in [code.value for code in test.code]


def test_without_trades_the_picture_is_of_what_was_read(opened, make_lake, tmp_path, community):
    test = opened(make_lake(tmp_path / "unsettled", without(community, "warehouse.fact_zone_slot")))
    (picture,) = test.get("image")
    assert "neighbours" not in picture.proto.imgs[0].alt
    assert "What neighbours trade is known once it is settled" in words(test)


def test_the_flows_of_a_day_are_those_of_its_slots(con, community):
    day = Days(date(2026, 4, 4), date(2026, 4, 5), "Europe/London")
    flows = today.settled_flows(con, day)
    slots = community["warehouse.fact_zone_slot"].filter(pl.col("local_date") == day.first)
    assert flows.traded_kwh == pytest.approx(float(slots["bought_kwh"].sum()))
    assert flows.production_kwh == pytest.approx(float(slots["production_kwh"].sum()))
    assert flows.grid_export_kwh == pytest.approx(float(slots["grid_export_kwh"].sum()))


def test_without_settlement_the_day_that_was_read_adds_up(con):
    flows = today.read_flows(con)
    assert flows.traded_kwh is None
    assert flows.consumption_kwh == pytest.approx(flows.self_consumption_kwh + flows.grid_import_kwh)


def test_the_surplus_is_what_it_is_advised_to_sell(con, community):
    (day,) = surplus.expected(con)
    sold = community["warehouse.fact_surplus_advice"].filter(pl.col("advice") == "SELL")
    assert day.energy_kwh == pytest.approx(float(sold["expected_surplus_kwh"].sum()))
    assert (day.first.hour, day.end.hour) == (11, 15)
    assert surplus.expected(con, "bert") == []
    assert surplus.expected(con, "anna") == [day]


def test_the_best_hour_for_a_load_has_most_surplus_and_then_the_lowest_price(con):
    slots = surplus.hours(con).sort("load_place")
    with_surplus = slots.filter(pl.col("surplus_kwh") > 0)
    assert slots.head(with_surplus.height)["period_start_utc"].to_list() == with_surplus["period_start_utc"].to_list()
    rest = slots.slice(with_surplus.height)["spot_price_eur_per_mwh"].to_list()
    assert rest == sorted(rest)


def test_the_picture_is_svg_and_a_line_is_as_thick_as_its_part():
    picture = ElementTree.fromstring(flow_picture(FLOWS))
    widths = [float(line.attrib["stroke-width"]) for line in picture.iter("{http://www.w3.org/2000/svg}path")]
    assert widths == [18.0, 13.5, 4.5, 13.5, 13.5]
    assert "30.0 kWh to neighbours" in in_words(FLOWS)
    nothing = of_day(DayFlows(NOON.date(), 0.0, 0.0, 0.0, None, 0.0, 0.0))
    assert not list(ElementTree.fromstring(flow_picture(nothing)).iter("{http://www.w3.org/2000/svg}path"))


def test_all_that_is_produced_and_consumed_is_in_the_picture():
    of = {stream.quantity: stream.amount for stream in streams(FLOWS)}
    assert of["self_consumption"] + of["sold"] + of["grid_export"] == FLOWS.production
    assert of["self_consumption"] + of["bought"] + of["grid_import"] == FLOWS.consumption


def live_lake(make_lake, folder, community, ended: datetime):
    """The community with a stream whose newest event ended at a time."""
    filled = make_lake(folder, community | live_rows.frames(live_rows.windows(ended)))
    live_rows.add_batches(filled, ended, until=ended)
    return filled


def test_power_now_goes_first_to_who_produces_it_then_to_neighbours(make_lake, tmp_path, community):
    lake = lake_at(live_lake(make_lake, tmp_path / "lake", community, live_rows.UNTIL))
    now = power_flows(lake.reader())
    lake.close()
    # cleo produces 2500 W and consumes 250; the others lack 400, 1100 and 50 W.
    assert (now.production_w, now.consumption_w, now.self_consumption_w) == (2500.0, 1800.0, 250.0)
    assert (now.traded_w, now.grid_import_w, now.grid_export_w) == (1550.0, 0.0, 700.0)
    assert "Panels give 2.50 kW: 250 W are used at once, 1.55 kW to neighbours" in in_words(of_now(now))


@pytest.mark.parametrize(("minutes", "title"), [(3, "Power now, "), (40, "Energy of ")])
def test_the_picture_is_of_now_where_a_stream_is_live(opened, make_lake, tmp_path, community, minutes, title):
    ended = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) - timedelta(minutes=minutes)
    test = opened(live_lake(make_lake, tmp_path / "lake", community, ended))
    titles = [element.value for element in test.markdown if element.value.startswith("##### ")]
    assert titles[0].startswith(f"##### {title}")


@pytest.mark.parametrize(
    ("day", "ratio", "eur", "written"),
    [
        (22, 0.871, (0.88, 1.26), "Today 10–16 h: **6.3 kWh** surplus expected; selling brings **0.88–1.26 EUR**"),
        (23, 0.9999, (0.88, 1.26), "Tomorrow 10–16 h: **6.3 kWh** surplus expected; selling brings"),
        (24, 0.5, (None, None), "Wed 24 Jun 2026 10–16 h: **6.3 kWh** surplus expected; 50 % sure."),
    ],
)
def test_the_surplus_in_words(day, ratio, eur, written):
    hours = (NOON.replace(day=day, hour=10), NOON.replace(day=day, hour=16))
    sentence = surplus_in_words(Surplus(date(2026, 6, day), *hours, 6.3, *eur, ratio), NOON.date())
    assert sentence.startswith(written)
    assert sentence.endswith("more than 99 % sure." if ratio > 0.99 else f"{ratio:.0%} sure.".replace("%", " %"))


def test_hours_that_follow_each_other_are_one_stretch():
    slots = pl.DataFrame(
        {
            "local_start": [NOON.replace(hour=hour) for hour in (1, 2, 13, 23)],
            "period_minutes": [60] * 4,
            "load_place": [1, 2, 4, 3],
        }
    )
    assert best_hours(slots, 3) == "1–3 h, 23–24 h"


def test_an_age_is_told_roughly():
    assert [ago(seconds) for seconds in (10, 61, 7_300, 200_000)] == [
        "just now",
        "1 minute ago",
        "2 hours ago",
        "2 days ago",
    ]
