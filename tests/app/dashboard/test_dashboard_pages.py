"""Every page, drawn by Streamlit's own test runner on a real lake."""

import math
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.dashboard.conftest import fill_lake
from tests.support.dashboard_pages import NAMES, drawn_page, go_to
from wattlake.app.dashboard import command
from wattlake.app.dashboard.pages import pages
from wattlake.app.dashboard.snapshot import meaning
from wattlake.app.ready import READY
from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import models
from wattlake.lake.models.lineage import steps
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

DAYS = 17
FORECAST = "forecast"


@pytest.fixture
def opened(use_lake, monkeypatch, tmp_path):
    """A function that opens a page on a lake's folder, from a folder that is not the project's."""
    monkeypatch.chdir(tmp_path)

    def open_page(folder: Path, page: str = "overview", **query: str) -> AppTest:
        use_lake(folder)
        return drawn_page(page, seconds=20, **query)

    return open_page


def texts(test: AppTest) -> str:
    return "\n".join(element.value for kind in (test.markdown, test.caption, test.info) for element in kind)


def cards(test: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in test.metric}


@pytest.mark.parametrize("page", NAMES)
def test_every_page_says_until_when_the_data_reach_and_what_is_simulated(opened, filled_folder, page):
    shown = texts(opened(filled_folder, page))
    assert f"Data until **2026-04-06 {'01:00 BST' if pages()[page].page.is_local else '00:00 UTC'}**" in shown
    assert ":orange-badge[production: simulated]" in shown
    assert ":green-badge[consumption: measured]" in shown


OF_THE_LAKE = ("pipeline", "quality", "lineage", "sql")
"""The pages that need no energy."""


@pytest.mark.parametrize("folder", ["rowless_folder", "bare_folder", "tmp_path"])
def test_a_lake_without_energy_shows_the_commands_that_fill_it_on_every_page(opened, request, folder):
    test = opened(request.getfixturevalue(folder))
    for page in NAMES:
        if page in OF_THE_LAKE:
            continue
        go_to(test, page).run()
        assert not test.exception, page
        assert [code.value for code in test.code] == ["wattlake run", "wattlake demo"], page
        assert "a simulated community, which takes about a minute" in texts(test), page
        assert "no energy in the lake" in test.info[0].value, page
        assert not test.metric, page


def test_a_dashboard_opened_before_the_lake_was_made_shows_it_once_it_is_there(opened, make_lake, tmp_path, community):
    folder = tmp_path / "later"
    test = opened(folder)
    assert not test.metric
    make_lake(folder, community)
    assert len(go_to(test, "overview").run().metric) == 10


def test_what_is_committed_while_the_dashboard_is_open_shows_at_the_next_look(opened, make_lake, tmp_path, community):
    test = opened(make_lake(tmp_path, community))
    lake = Lake(Settings(data=str(tmp_path), catalog=""))
    lake.write(lambda con: con.execute("delete from warehouse.kpi_member where zone = 'south'"))
    lake.close()
    assert (cards(test)["Active members"][0], cards(test.run())["Active members"][0]) == ("4", "2")


def test_a_lake_removed_and_made_anew_is_read_anew(opened, tmp_path, community):
    folder = tmp_path / "lake"
    test = opened(fill_lake(folder, community))
    folder.rename(tmp_path / "removed")
    assert not test.run().metric
    north = community["warehouse.kpi_member"].filter(pl.col("zone") == "north")
    fill_lake(folder, {**community, "warehouse.kpi_member": north})
    assert cards(test.run())["Active members"][0] == "2"


def test_the_overview_shows_the_week_and_its_change_against_the_week_before(opened, filled_folder):
    test = opened(filled_folder)
    assert list(cards(test)) == [
        "Transactions",
        "Revenue",
        "Revenue a day",
        "Energy traded",
        "Active members",
        "Self-sufficiency",
        "Self-consumption",
        "Consumption",
        "Production",
        "Savings",
    ]
    assert cards(test)["Active members"] == ("4", "+1")
    assert "**30 Mar 2026 to 5 Apr 2026**, local time. Compared with 23 Mar 2026 to 29 Mar 2026." in texts(test)
    assert len(test.get("plotly_chart")) == 4


def test_the_running_day_is_told_apart_beside_the_same_hours_of_the_day_before(opened, filled_folder):
    shown = texts(opened(filled_folder))
    assert "**Mon 6 Apr 2026 so far, until 01:00**: Consumption **" in shown
    assert "the change against Sun 5 Apr until 01:00." in shown
    assert "so far, until" not in texts(opened(filled_folder, day="2026-03-25")), "it is not of another week"


def test_where_no_whole_day_is_settled_the_pages_say_so(opened, make_lake, tmp_path, community):
    begun = community["warehouse.fact_zone_slot"].filter(pl.col("local_date") == date(2026, 4, 6))
    test = opened(make_lake(tmp_path / "begun", {**community, "warehouse.fact_zone_slot": begun}))
    assert "No whole day is settled yet" in test.info[0].value
    assert not test.code and not test.metric


def test_a_period_without_one_before_it_shows_no_change(opened, filled_folder):
    test = opened(filled_folder, period="Month", day="2026-03-25")
    assert {delta for _, delta in cards(test).values()} == {""}
    assert "**20 Mar 2026 to 31 Mar 2026**" in texts(test)
    assert "Nothing before it to compare with." in texts(test)


@pytest.mark.parametrize(
    ("period", "shown"),
    [("Day", "Wed 25 Mar 2026"), ("Week", "23 Mar 2026 to 29 Mar 2026"), ("Year", "20 Mar 2026 to 5 Apr 2026 so far")],
)
def test_the_address_opens_the_same_period_again(opened, filled_folder, period, shown):
    test = opened(filled_folder, period=period, day="2026-03-25")
    assert f"**{shown}**" in texts(test)
    assert test.date_input(key="day").value == date(2026, 3, 25)


def test_a_day_that_is_cleared_stays(opened, filled_folder):
    test = opened(filled_folder, period="Day", day="2026-03-25")
    test.date_input(key="day choice").set_value(None).run()
    assert "**Wed 25 Mar 2026**" in texts(test)
    assert test.date_input(key="day choice").value == date(2026, 3, 25)
    test.date_input(key="day choice").set_value(date(2026, 3, 27)).run()
    assert "**Fri 27 Mar 2026**" in texts(test)


def test_all_days_begin_with_the_data_and_ask_for_no_day(opened, filled_folder):
    test = opened(filled_folder, period="All days")
    assert "**20 Mar 2026 to 5 Apr 2026**" in texts(test)
    assert not test.date_input


def test_the_zones_of_the_address_choose_the_members(opened, filled_folder):
    test = opened(filled_folder, zone="south")
    assert test.multiselect(key="zone").value == ["south"]
    assert cards(test)["Active members"][0] == "2"


def test_choosing_a_zone_counts_its_members_alone(opened, filled_folder):
    test = opened(filled_folder)
    test.multiselect(key="zone").select("north").run()
    assert cards(test)["Active members"][0] == "2"


def test_filters_stay_when_another_page_is_opened(opened, filled_folder):
    test = opened(filled_folder, zone="south", period="Day")
    go_to(test, "impact").run()
    assert test.multiselect(key="zone").value == ["south"]
    assert "Sun 5 Apr 2026, `south`" in texts(test)


def test_a_zone_of_which_the_period_knows_nothing_is_said_so_instead_of_drawn(opened, make_lake, tmp_path, community):
    slots = community["warehouse.fact_zone_slot"]
    left = (pl.col("zone") == "south") & (pl.col("local_date") >= date(2026, 3, 25))
    folder = make_lake(tmp_path / "left", {**community, "warehouse.fact_zone_slot": slots.filter(~left)})
    test = opened(folder, zone="south")
    assert test.info[0].value == "Nothing is settled of `south` in this period."
    assert cards(test)["Self-sufficiency"] == ("–", "")
    assert not test.get("plotly_chart")


@pytest.mark.parametrize("page", ["overview", "performance", "impact", "member"])
def test_where_nothing_is_settled_the_commands_that_do_it_are_shown(opened, make_lake, tmp_path, community, page):
    frames = {name: frame for name, frame in community.items() if name != "warehouse.fact_zone_slot"}
    test = opened(make_lake(tmp_path / "unsettled", frames), page)
    assert [code.value for code in test.code] == ["wattlake settle\nwattlake build"]
    assert not test.metric


def test_the_register_gaps_are_a_quiet_note(opened, filled_folder):
    note = next(caption.value for caption in opened(filled_folder).caption if "register" in caption.value)
    assert "1 member without a meter; 2 meters without a member (42 readings, 13 kWh not counted above)" in note
    assert "1 meter without readings." in note


def test_help_texts_are_the_contracts_words(opened, filled_folder):
    helps = {metric.label: metric.help for metric in opened(filled_folder).metric}
    assert helps["Revenue"] == "Revenue: what neighbours and the grid paid for energy (EUR)."
    assert meaning("warehouse.fact_energy_flow", "surplus_kwh") == "Production beyond consumption (kWh)."


def test_the_forecast_page_opens_with_the_newest_issue_and_names_the_forecaster(opened, filled_folder):
    test = opened(filled_folder, FORECAST)
    assert cards(test)["Horizon"][0] == "24 h"
    assert test.selectbox(key="issue").options[0] == "2026-04-05 07:00 by same_hours 1"
    assert "Forecaster `same_hours, version 1`. Each slot is foreseen from 4 past slots, by: `model`." in texts(test)
    assert ":violet-badge[forecast: estimated]" in texts(test)


def test_the_forecast_page_says_what_to_do_when_and_that_no_model_was_trained(opened, filled_folder):
    test = opened(filled_folder, FORECAST, member="anna")
    said = texts(test)
    assert "Best slots to run a load in, local time: **07:00, 08:00, 09:00**." in said
    assert "**0.24 to 0.48 EUR**" in said
    assert "##### Day-ahead price" in said and "##### Surplus and advice" in said
    assert "No model was trained yet: the ladder of baselines forecasts." in said
    assert [code.value for code in test.code] == ["wattlake train"]


def test_the_forecast_page_shows_the_models_and_errors_by_lead_time(opened, make_lake, tmp_path, community):
    folder = make_lake(tmp_path / "scored", community)
    lake = Lake(Settings(_env_file=None, data=str(folder), catalog=""))

    def score(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(
            """
            insert into ops.model by name
            select 1 as model_id, 'consumption' as target, 'load' as forecaster, timestamp '2026-04-01' as
            trained_at_utc, 4 as series, 'promoted' as status, '{"wape_pct": 40.5}' as metrics, 'better' as why
            """
        )
        for lead, error in ((0, "0.1"), (6, "0.3")):
            con.execute(
                f"""
                insert into ops.forecast_score by name
                select 'anna' as member_id, 'consumption' as target, timestamp '2026-04-02' as period_start_utc,
                {lead} as lead_hours, 'load' as forecaster, '1' as forecaster_version, 6 as slots, 1 as actual_kwh,
                {error} as absolute_error_kwh, 5 as slots_in_95, 6 as naive_24h_slots, 0.4 as naive_24h_error_kwh
                """
            )

    lake.write(score)
    lake.close()
    test = opened(folder, FORECAST, member="anna")
    assert not test.exception
    leads, models = (one.value for one in test.dataframe[-2:])
    assert leads["wape_pct"].to_list() == [10.0, 30.0]
    assert leads["skill_naive_24h_pct"].to_list() == [75.0, 25.0]
    assert models[["model_id", "status", "wape_pct", "online_wape_pct"]].values.tolist() == [
        [1, "promoted", 40.5, 20.0]
    ]


def test_without_a_forecast_the_page_shows_the_command_that_issues_one(opened, make_lake, tmp_path, community):
    frames = {name: frame for name, frame in community.items() if name != "warehouse.fact_forecast"}
    test = opened(make_lake(tmp_path / "unforeseen", frames), FORECAST)
    assert [code.value for code in test.code] == ["wattlake forecast"]


def test_an_old_forecast_is_held_against_what_became_of_it(opened, filled_folder):
    test = opened(filled_folder, FORECAST)
    test.selectbox(key="issue").select_index(1).run()
    value, expected = cards(test)["Actual where known"]
    assert value.endswith("kWh")
    assert expected.endswith("kWh expected")
    assert cards(test)["Within the 95 % band"][0].endswith("of 24 slots")


def test_another_member_and_target_show_their_own_forecast(opened, filled_folder):
    test = opened(filled_folder, FORECAST)
    test.selectbox(key="member").select("cleo").run()
    test.button_group(key="target").set_value("Production").run()
    assert not test.exception
    assert test.subheader[0].value == "Production of `cleo`"
    assert ":orange-badge[forecast: simulated]" in texts(test)


def test_a_member_without_panels_has_no_production_forecast_and_the_page_says_so(opened, filled_folder):
    test = opened(filled_folder, FORECAST, member="bert", target="Production")
    assert "There is no production forecast of `bert`." in texts(test)


def test_the_member_page_is_of_the_member_of_the_address_with_its_register(opened, filled_folder):
    test = opened(filled_folder, "member", member="anna")
    assert test.selectbox(key="member").value == "anna"
    (register,) = [frame.value for frame in test.dataframe if "effective_date" in frame.value]
    assert list(register["is_current"]) == [True, False]
    assert "`anna` has no bill of April 2026." in texts(test)
    assert "`anna` traded with nobody in this period." in texts(test)


@pytest.mark.parametrize(
    ("page", "asked", "shown"),
    [
        ("member", {"member": "nobody"}, "asks for `nobody`, which is not here: this is `anna`."),
        (FORECAST, {"member": "nobody"}, "asks for `nobody`, which is not here: this is `anna`."),
        ("lineage", {"table": "gold.nil"}, "asks for `gold.nil`, which is not here: this is "),
    ],
)
def test_an_address_that_asks_for_what_is_not_there_is_told_so_once(opened, filled_folder, page, asked, shown):
    test = opened(filled_folder, page, **asked)
    (warning,) = test.warning
    assert shown in warning.value
    assert not test.run().warning
    assert not opened(filled_folder, page).warning


def test_a_goal_of_the_address_says_how_far_the_month_has_come(opened, filled_folder, community):
    test = opened(filled_folder, "impact", goal="10.00")
    saved_kg = community["warehouse.kpi_member"].filter(
        pl.col("local_date").is_between(date(2026, 4, 1), date(2026, 4, 5))
    )["co2_saved_kg"]
    done_kg = float(saved_kg.sum())
    (progress,) = test.get("progress")
    left = f"{math.floor(10 * done_kg)} %, {10 - done_kg:,.2f} kg to go"
    assert progress.proto.text == f"{done_kg:,.2f} kg of 10.00 kg: {left}"
    (progress,) = opened(filled_folder, "impact", goal="5.00").get("progress")
    assert progress.proto.text == f"{done_kg:,.2f} kg of 5.00 kg: {math.floor(20 * done_kg)} %, reached"


def test_the_sql_page_answers_what_is_asked_and_says_what_may_not_be(opened, filled_folder):
    test = opened(filled_folder, "sql", query="select count(*) as slots from warehouse.dim_time")
    assert not [frame for frame in test.dataframe if "slots" in frame.value]
    assert "not asked yet" in test.info[0].value
    ask(test)
    (rows,) = [frame.value for frame in test.dataframe if "slots" in frame.value]
    assert rows["slots"].to_list() == [(DAYS + 2) * 24]
    test.text_area(key="query").set_value("select getenv('HOME')")
    ask(test)
    assert "The function `getenv` cannot be used here" in test.code[0].value


def ask(test: AppTest) -> None:
    next(button for button in test.button if button.label == "Ask").click().run()


def test_a_query_that_the_address_changes_to_is_not_run_either(opened, filled_folder):
    test = opened(filled_folder, "sql", query="select 1 as mine")
    ask(test)
    assert "mine" in test.dataframe[-1].value
    test.session_state["query"] = "select 2 as theirs"
    test.run()
    assert test.text_area(key="query").value == "select 2 as theirs"
    assert not test.dataframe


def test_a_ready_made_query_takes_the_place_of_what_is_written(opened, filled_folder):
    test = opened(filled_folder, "sql")
    test.selectbox(key="example").set_value("growth").run()
    assert test.text_area(key="query").value == READY["growth"].read_text()
    assert not test.error


def test_lineage_opens_the_contract_and_the_model_of_the_table_of_the_address(opened, filled_folder):
    test = opened(filled_folder, "lineage", table="gold.zone_slot")
    assert test.code[0].value == models()["gold.zone_slot"].sql.rstrip()
    contract = test.dataframe[0].value
    assert contract["column"].to_list() == list(columns("gold.zone_slot"))


def test_lineage_shows_which_columns_a_column_is_made_from(opened, filled_folder):
    test = opened(filled_folder, "lineage", table="warehouse.fact_energy_flow")
    whole = test.get("graphviz_chart")[0].proto.spec
    test.selectbox(key="column").set_value("consumption_kwh").run()
    assert not test.exception and not test.warning
    spec = test.get("graphviz_chart")[0].proto.spec
    assert '"gold.energy_flow.consumption_kwh" -> "warehouse.fact_energy_flow.consumption_kwh";' in spec
    assert "gold.anomaly" in whole and "gold.anomaly" not in spec
    begins = test.dataframe[0].value
    assert ("bronze.smart_meters", "KWH/hh (per half hour)") in set(zip(begins["table"], begins["column"], strict=True))
    assert begins["table"][0] == "bronze.smart_meters", "what most ways lead from is first"


def test_the_address_opens_the_lineage_of_a_column(opened, filled_folder):
    test = opened(filled_folder, "lineage", table="warehouse.kpi_member", column="bought_kwh")
    assert test.selectbox(key="column").value == "bought_kwh"
    assert "warehouse.kpi_member.bought_kwh" in test.get("graphviz_chart")[0].proto.spec
    assert opened(filled_folder, "lineage", table="gold.zone", column="nil").warning


def test_lineage_shows_the_steps_of_a_table_that_is_no_model(opened, filled_folder):
    test = opened(filled_folder, "lineage", table="gold.settled_trade")
    assert "`sql/steps/market/trade.sql`" in texts(test)
    assert test.code[0].value == steps()["market/trade"].sql.rstrip()


def test_the_command_serves_for_this_machine_alone_unless_told_otherwise():
    assert command() == [sys.executable, "-P", "-m", "wattlake.app.dashboard", "--port=8501", "--host=127.0.0.1"]
    assert command(8599, "0.0.0.0", ["energy.example"])[4:] == ["--port=8599", "--host=0.0.0.0", "energy.example"]
