"""Every query, against polars sums of the same small community."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support.warehouse_rows import PANELS_KWP, ZONES
from wattlake.app.dashboard.period import Days, Window
from wattlake.app.dashboard.queries import community as community_queries
from wattlake.app.dashboard.queries import extent, impact, performance
from wattlake.app.dashboard.queries import forecast as queries
from wattlake.app.dashboard.queries.forecast import Issue, Subject
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc

END = datetime(2026, 4, 6, tzinfo=UTC)
LAST_WEEK = Window(END - timedelta(days=7), END)
WEEK = Days(date(2026, 3, 30), date(2026, 4, 6), "Europe/London")
CLOCK_CHANGE = Days(date(2026, 3, 28), date(2026, 3, 31), "Europe/London")
WHOLE = Days(date(2026, 3, 20), date(2026, 4, 6), "Europe/London")
ALL = Days(date(2026, 3, 20), date(2026, 4, 7), "Europe/London")


def within(frame: pl.DataFrame, days: Days, zones: list[str]) -> pl.DataFrame:
    """The rows of some local days and zones."""
    inside = frame.filter(pl.col("local_date") >= days.first, pl.col("local_date") < days.end)
    return (inside.filter(pl.col("zone").is_in(zones)) if zones else inside).with_columns(
        pl.selectors.decimal().cast(pl.Float64)
    )


@pytest.fixture
def slots(community):
    return community["warehouse.fact_zone_slot"]


@pytest.fixture
def figures(community):
    return community["warehouse.kpi_member"]


@pytest.fixture
def flow(community):
    return community["warehouse.fact_energy_flow"]


def test_the_extent_ends_with_the_last_reading_and_not_with_later_simulated_production(con, flow):
    assert extent.extent(con) == Window(datetime(2026, 3, 20, tzinfo=UTC), END)
    assert flow["period_start_utc"].max() == datetime(2026, 4, 6, 2)  # noqa: DTZ001


def test_a_reading_from_after_all_landings_does_not_move_the_end(make_lake, community, flow, tmp_path):
    stray = flow.filter(user_id="bert").head(1).with_columns(pl.lit(datetime(2031, 1, 1)).alias("period_start_utc"))  # noqa: DTZ001
    folder = make_lake(tmp_path / "lake", community | {"warehouse.fact_energy_flow": pl.concat([flow, stray])})
    lake = Lake(Settings(_env_file=None, data=str(folder), catalog=""))
    landing = (
        "insert into ops.landing by name select 'x' as source, 1 as landing_id, 'x' as name, 'x' as archive_path, "
    )
    landing += "'x' as sha256, timestamp '2026-04-05 12:00' as fetched_at_utc, 1 as bytes, 1 as rows, 'x' as licence, "
    lake.write(lambda con: con.execute(f"{landing} 'x' as run_id"))
    assert extent.extent(lake.reader()) == Window(datetime(2026, 3, 20, tzinfo=UTC), END)
    lake.close()


def test_a_warehouse_without_rows_has_no_extent(rowless_folder):
    lake = Lake(Settings(_env_file=None, data=str(rowless_folder), catalog=""))
    assert extent.extent(lake.reader()) is None
    lake.close()


def test_provenances_are_listed_once_for_each_quantity(con):
    assert extent.provenances(con).rows() == [("consumption", "measured"), ("production", "simulated")]


def test_zones_are_listed_by_name(con):
    assert extent.zones(con) == ["north", "south"]


@pytest.mark.parametrize("zones", [[], ["south"], ["north", "south"]])
@pytest.mark.parametrize("days", [WEEK, CLOCK_CHANGE])
def test_totals_are_of_the_settled_slots_of_the_local_days(con, slots, figures, days, zones):
    inside, members = within(slots, days, zones), within(figures, days, zones)
    consumption, production = inside["consumption_kwh"].sum(), inside["production_kwh"].sum()
    expected = pl.DataFrame(
        {
            "trades": inside["trades"].sum(),
            "revenue_eur": inside["revenue_eur"].sum(),
            "saving_eur": inside["saving_eur"].sum(),
            "traded_kwh": inside["bought_kwh"].sum(),
            "consumption_kwh": consumption,
            "production_kwh": production,
            "self_sufficiency_ratio": (consumption - inside["grid_import_kwh"].sum()) / consumption,
            "self_consumption_ratio": (production - inside["grid_export_kwh"].sum()) / production,
            "is_provisional": False,
            "members": members["user_id"].n_unique(),
            "active_members": members.filter("is_active")["user_id"].n_unique(),
            "co2_saved_kg": members["co2_saved_kg"].sum(),
        }
    )
    assert_frame_equal(community_queries.totals(con, days, zones), expected)


def test_totals_of_nothing_are_zero_and_their_ratios_empty(con):
    nowhere = community_queries.totals(con, WEEK, ["atlantis"]).row(0)
    assert nowhere == (0, 0.0, 0.0, 0.0, 0.0, 0.0, None, None, False, 0, 0, 0.0)


@pytest.mark.parametrize("zones", [[], ["north"]])
@pytest.mark.parametrize("days", [WEEK, CLOCK_CHANGE])
def test_hours_are_means_over_the_local_days_that_have_the_hour(con, slots, days, zones):
    energy = [f"{name}_kwh" for name in ("production", "consumption", "sold", "bought", "grid_import", "grid_export")]
    mean = [(pl.col(name).sum() / pl.col("local_date").n_unique()).alias(name) for name in energy]
    expected = within(slots, days, zones).group_by("local_hour").agg(mean).sort("local_hour")
    assert_frame_equal(community_queries.hours(con, days, zones), expected)


def test_the_hour_that_the_clock_change_skips_is_averaged_over_one_day_less(con, slots):
    one_o_clock = community_queries.hours(con, CLOCK_CHANGE, []).filter(pl.col("local_hour") == 1)
    at_one = within(slots, CLOCK_CHANGE, []).filter(pl.col("local_hour") == 1)
    assert at_one["local_date"].n_unique() == 2
    assert one_o_clock["consumption_kwh"].item() == pytest.approx(at_one["consumption_kwh"].sum() / 2)


@pytest.mark.parametrize("step", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("zones", [[], ["south"]])
def test_a_series_adds_up_to_the_totals_whatever_its_step(con, step, zones):
    totals = community_queries.totals(con, ALL, zones).row(0, named=True)
    series = community_queries.series(con, ALL, zones, step)
    assert series["local_start"].is_sorted()
    assert series["local_start"].n_unique() == series.height
    for column, total in (("bought_kwh", "traded_kwh"), ("consumption_kwh", "consumption_kwh"), ("trades", "trades")):
        assert series[column].sum() == pytest.approx(totals[total])


def test_steps_begin_on_local_midnights_mondays_and_firsts(con):
    starts = {step: community_queries.series(con, ALL, [], step)["local_start"] for step in ("day", "week", "month")}
    assert starts["day"].dt.date().to_list() == list(ALL)
    assert set(starts["week"].dt.weekday()) == {1}
    assert starts["month"].dt.date().to_list() == [date(2026, 3, 1), date(2026, 4, 1)]


def test_prices_are_means_over_the_energy_sold_and_empty_where_none_is(con):
    found = community_queries.prices(con, WEEK, [], "hour")
    sold = community_queries.series(con, WEEK, [], "hour")["sold_kwh"]
    assert (found["price_eur_per_kwh"].is_null() == (sold == 0)).all()
    # Of a watt-hour, half and eighth are rounded to the micro-euro.
    assert found["price_eur_per_kwh"].drop_nulls().is_between(0.124, 0.126).all()
    assert found["grid_buy_price_eur_per_kwh"].null_count() == found.height


@pytest.mark.parametrize("by", ["sold_kwh", "saving_eur"])
def test_top_members_are_those_with_most_of_it_and_nobody_without(con, figures, by):
    found = performance.top_members(con, WEEK, [], by)
    sums = within(figures, WEEK, []).group_by("user_id").agg(pl.col("sold_kwh", "bought_kwh", "saving_eur").sum())
    bought = pl.col("bought_kwh") > pl.col("sold_kwh") if by == "saving_eur" else pl.lit(True)
    expected = sums.filter(pl.col(by) > 0, bought).sort(by, descending=True)
    assert found["user_id"].to_list() == expected["user_id"].to_list()
    assert found[by].to_list() == pytest.approx(expected[by].to_list())


def test_the_most_self_sufficient_are_first(con):
    found = performance.top_members(con, WEEK, [], "self_sufficiency_ratio", places=2)
    ratios = found["self_sufficiency_ratio"].to_list()
    assert len(ratios) == 2 and ratios == sorted(ratios, reverse=True)


def test_growth_is_by_month_and_of_the_days_that_are_asked_for(con, figures):
    months = performance.growth(con, ALL, [])
    assert months["local_start"].dt.date().to_list() == [date(2026, 3, 1), date(2026, 4, 1)]
    assert months["traded_kwh"].sum() == pytest.approx(figures["bought_kwh"].cast(pl.Float64).sum())
    until_the_fifth = performance.growth(con, WHOLE, [])
    of_april = within(figures, Days(date(2026, 4, 1), date(2026, 4, 6), "Europe/London"), [])
    assert until_the_fifth["traded_kwh"].to_list()[1] == pytest.approx(of_april["bought_kwh"].sum())


def test_the_gini_coefficient_is_that_of_all_pairs_of_members(con, figures):
    found = impact.impact(con, WEEK, []).row(0, named=True)
    savings = within(figures, WEEK, []).group_by("user_id").agg(pl.col("saving_eur").sum()).sort("saving_eur")
    values = savings["saving_eur"].to_list()
    pairs = sum(abs(one - other) for one in values for other in values)
    assert found["saving_gini"] == pytest.approx(pairs / (2 * len(values) * sum(values)), abs=1e-6)
    assert found["worst_off_user_id"] == savings["user_id"][0]
    assert found["co2_saved_kg"] == pytest.approx(within(figures, WEEK, [])["co2_saved_kg"].sum())


def test_the_settled_days_are_whole_and_the_hour_of_the_sixth_of_april_is_of_the_running_day(con):
    settled = extent.settled(con, "Europe/London")
    assert settled.whole == WHOLE
    assert settled.running == Window(END - timedelta(hours=1), END)
    assert settled.day_before == Window(END - timedelta(hours=25), END - timedelta(hours=24))


def test_snapshots_are_listed_newest_first(con):
    numbers = [number for number, _, _ in extent.snapshots(con)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) >= 2


def test_register_gaps_are_counted_by_kind(con):
    assert extent.register_gaps(con).rows() == [
        ("member without meter", 1, 0, 0.0),
        ("meter without member", 2, 42, 12.75),
        ("meter without readings", 1, 0, 0.0),
    ]


def test_the_newest_issue_comes_first_and_knows_where_it_ends(con):
    newest = datetime(2026, 4, 5, 6, tzinfo=UTC)
    earlier = datetime(2026, 4, 3, 6, tzinfo=UTC)
    anna, bert, cleo, dora = (Subject("member", name) for name in ("anna", "bert", "cleo", "dora"))
    assert queries.subjects(con) == [anna, bert, cleo, dora]
    assert queries.forecast_issues(con, anna, "production") == [
        Issue(anna, "production", newest, newest + timedelta(days=1), "same_hours", "1"),
        Issue(anna, "production", earlier, earlier + timedelta(days=1), "same_hours", "1"),
    ]
    assert queries.forecast_issues(con, bert, "production") == []


def test_a_forecast_has_the_slots_of_its_issue_alone_with_their_local_start(con, community):
    issue = queries.forecast_issues(con, Subject("member", "cleo"), "consumption")[1]
    expected = (
        community["warehouse.fact_forecast"]
        .filter(
            pl.col("user_id") == "cleo",
            pl.col("target") == "consumption",
            pl.col("issued_at_utc") == naive_utc(issue.issued_at_utc),
        )
        .with_columns(pl.selectors.decimal().cast(pl.Float64))
        .join(community["warehouse.dim_time"].select("period_start_utc", "local_start"), on="period_start_utc")
        .with_columns(members=pl.lit(1, pl.Int32))
    )
    foreseen = queries.forecast(con, issue)
    assert foreseen.height == 24
    assert_frame_equal(foreseen, expected.select(foreseen.columns).sort("period_start_utc"))


@pytest.mark.parametrize("target", ["consumption", "production"])
def test_actuals_are_the_members_slots_with_gaps_left_empty(con, community, flow, target):
    of_anna = flow.filter(pl.col("user_id") == "anna", pl.col("period_start_utc") >= LAST_WEEK.bound()["from_utc"])
    inside = of_anna.filter(pl.col("period_start_utc") < LAST_WEEK.bound()["to_utc"]).sort("period_start_utc")
    inside = inside.with_columns(pl.selectors.decimal().cast(pl.Float64))
    expected = inside.join(community["warehouse.dim_time"], on="period_start_utc").select(
        "period_start_utc", "local_start", pl.col(f"{target}_kwh").alias("actual_kwh")
    )
    actual = queries.actuals(con, Subject("member", "anna"), 1, target, LAST_WEEK)
    assert_frame_equal(actual, expected)
    assert actual["actual_kwh"].null_count() == (3 if target == "consumption" else 0)


@pytest.mark.parametrize(
    ("subject", "members"), [(Subject("community", "community"), "anna bert cleo dora"), (Subject("zone", "north"), "")]
)
@pytest.mark.parametrize("target", ["consumption", "production"])
def test_the_actual_of_many_is_their_sum_where_it_is_known_of_all(con, flow, subject, members, target):
    mine = [member for member in PANELS_KWP if member in members.split() or ZONES[member] == subject.name]
    mine = [member for member in mine if target == "consumption" or PANELS_KWP[member]]
    bounds = LAST_WEEK.bound()
    expected = (
        flow.filter(pl.col("user_id").is_in(mine))
        .filter(pl.col("period_start_utc").is_between(bounds["from_utc"], bounds["to_utc"], closed="left"))
        .group_by("period_start_utc")
        .agg(
            pl.col(f"{target}_kwh").cast(pl.Float64).sum().alias("kwh"), pl.col(f"{target}_kwh").count().alias("known")
        )
        .select("period_start_utc", actual_kwh=pl.when(pl.col("known") == len(mine)).then("kwh"))
        .sort("period_start_utc")
    )
    actual = queries.actuals(con, subject, len(mine), target, LAST_WEEK)
    assert_frame_equal(actual.select("period_start_utc", "actual_kwh"), expected)
    assert actual["actual_kwh"].count() > 0


def test_slots_of_which_the_warehouse_has_no_row_are_empty_and_not_left_out(con):
    first_reading = datetime(2026, 4, 1, tzinfo=UTC)
    around = Window(first_reading - timedelta(hours=2), first_reading + timedelta(hours=2))
    known = queries.actuals(con, Subject("member", "dora"), 1, "consumption", around)["actual_kwh"].is_not_null()
    assert known.to_list() == [False, False, True, True]
