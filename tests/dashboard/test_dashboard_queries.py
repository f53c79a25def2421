"""Every query, against polars sums of the same small community."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from app.dashboard import queries
from app.dashboard.queries import Issue, Window
from lake.catalog import Lake
from lake.settings import Settings

END = datetime(2026, 4, 6, tzinfo=UTC)
WEEK = Window(END - timedelta(days=7), END)
CLOCK_CHANGE = Window(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
ENERGY = ("production_kwh", "consumption_kwh", "surplus_kwh", "deficit_kwh")


def within(flow: pl.DataFrame, window: Window, zones: list[str]) -> pl.DataFrame:
    start, end = queries.naive(window.from_utc), queries.naive(window.to_utc)
    inside = flow.filter(pl.col("period_start_utc") >= start, pl.col("period_start_utc") < end)
    return (inside.filter(pl.col("zone").is_in(zones)) if zones else inside).with_columns(
        pl.selectors.decimal().cast(pl.Float64)
    )


@pytest.fixture
def flow(community):
    return community["warehouse.fact_energy_flow"]


def test_the_extent_ends_with_the_last_reading_and_not_with_later_simulated_production(con, flow):
    assert queries.extent(con) == Window(datetime(2026, 3, 20, tzinfo=UTC), END)
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
    assert queries.extent(lake.reader()) == Window(datetime(2026, 3, 20, tzinfo=UTC), END)
    lake.close()


def test_a_warehouse_without_rows_has_no_extent(rowless_folder):
    lake = Lake(Settings(_env_file=None, data=str(rowless_folder), catalog=""))
    assert queries.extent(lake.reader()) is None
    lake.close()


def test_a_window_before_another_is_as_long_and_ends_where_it_starts():
    assert WEEK.before() == Window(END - timedelta(days=14), END - timedelta(days=7))


def test_provenances_are_listed_once_for_each_quantity(con):
    assert queries.provenances(con).rows() == [("consumption", "measured"), ("production", "simulated")]


def test_zones_are_listed_by_name(con):
    assert queries.zones(con) == ["north", "south"]


@pytest.mark.parametrize("zones", [[], ["south"], ["north", "south"]])
@pytest.mark.parametrize("window", [WEEK, WEEK.before(), CLOCK_CHANGE])
def test_totals_equal_sums_over_the_slots_known(con, flow, window, zones):
    inside = within(flow, window, zones)
    settled = inside.drop_nulls("self_consumption_kwh")
    self_consumed = settled["self_consumption_kwh"].sum()
    expected = pl.DataFrame(
        {
            "consumption_kwh": inside["consumption_kwh"].sum(),
            "production_kwh": inside["production_kwh"].sum(),
            "surplus_kwh": inside["surplus_kwh"].sum(),
            "self_sufficiency_ratio": self_consumed / settled["consumption_kwh"].sum(),
            "self_consumption_ratio": self_consumed / settled["production_kwh"].sum(),
            "active_members": inside["user_id"].n_unique(),
        }
    )
    assert_frame_equal(queries.totals(con, window, zones), expected)


def test_totals_of_nothing_are_zero_and_their_ratios_empty(con):
    nowhere = queries.totals(con, WEEK, ["atlantis"]).row(0)
    assert nowhere == (0.0, 0.0, 0.0, None, None, 0)


@pytest.mark.parametrize("zones", [[], ["north"]])
@pytest.mark.parametrize("window", [WEEK, CLOCK_CHANGE])
def test_local_hours_are_means_over_the_local_days_that_have_the_hour(con, community, flow, window, zones):
    slots = within(flow, window, zones).join(community["warehouse.dim_time"], on="period_start_utc")
    mean = [(pl.col(name).sum() / pl.col("local_date").n_unique()).alias(name) for name in ENERGY]
    expected = slots.group_by("local_hour").agg(mean).sort("local_hour")
    assert_frame_equal(queries.local_hours(con, window, zones), expected)


def test_the_hour_that_the_clock_change_skips_is_averaged_over_one_day_less(con, community, flow):
    one_o_clock = queries.local_hours(con, CLOCK_CHANGE, []).filter(pl.col("local_hour") == 1)
    slots = within(flow, CLOCK_CHANGE, []).join(community["warehouse.dim_time"], on="period_start_utc")
    at_one = slots.filter(pl.col("local_hour") == 1)
    assert at_one["local_date"].n_unique() == 2
    assert one_o_clock["consumption_kwh"].item() == pytest.approx(at_one["consumption_kwh"].sum() / 2)


@pytest.mark.parametrize("zones", [[], ["south"]])
def test_the_daily_balance_sums_each_utc_day_and_only_what_lies_in_the_window(con, flow, zones):
    from_noon = Window(WEEK.from_utc + timedelta(hours=12), WEEK.to_utc)
    expected = (
        within(flow, from_noon, zones)
        .group_by(pl.col("period_start_utc").dt.date().alias("day_utc"))
        .agg(pl.col(ENERGY).sum())
        .sort("day_utc")
    )
    assert_frame_equal(queries.daily_balance(con, from_noon, zones), expected)


def test_register_gaps_are_counted_by_kind(con):
    assert queries.register_gaps(con).rows() == [
        ("member without meter", 1, 0, 0.0),
        ("meter without member", 2, 42, 12.75),
        ("meter without readings", 1, 0, 0.0),
    ]


def test_the_newest_issue_comes_first_and_knows_where_it_ends(con):
    newest = datetime(2026, 4, 5, 6, tzinfo=UTC)
    earlier = datetime(2026, 4, 3, 6, tzinfo=UTC)
    assert queries.forecast_members(con) == ["anna", "bert", "cleo", "dora"]
    assert queries.forecast_issues(con, "anna", "production") == [
        Issue("anna", "production", newest, newest + timedelta(days=1), "same_hours", "1"),
        Issue("anna", "production", earlier, earlier + timedelta(days=1), "same_hours", "1"),
    ]
    assert queries.forecast_issues(con, "bert", "production") == []


def test_a_forecast_has_the_slots_of_its_issue_alone_with_their_local_start(con, community):
    issue = queries.forecast_issues(con, "cleo", "consumption")[1]
    expected = (
        community["warehouse.fact_forecast"]
        .filter(
            pl.col("user_id") == "cleo",
            pl.col("target") == "consumption",
            pl.col("issued_at_utc") == queries.naive(issue.issued_at_utc),
        )
        .with_columns(pl.selectors.decimal().cast(pl.Float64))
        .join(community["warehouse.dim_time"].select("period_start_utc", "local_start"), on="period_start_utc")
    )
    foreseen = queries.forecast(con, issue)
    assert foreseen.height == 24
    assert_frame_equal(foreseen, expected.select(foreseen.columns).sort("period_start_utc"))


@pytest.mark.parametrize("target", ["consumption", "production"])
def test_actuals_are_the_members_slots_with_gaps_left_empty(con, community, flow, target):
    inside = within(flow, WEEK, []).filter(pl.col("user_id") == "anna").sort("period_start_utc")
    expected = inside.join(community["warehouse.dim_time"], on="period_start_utc").select(
        "period_start_utc", "local_start", pl.col(f"{target}_kwh").alias("actual_kwh")
    )
    actual = queries.actuals(con, "anna", target, WEEK)
    assert_frame_equal(actual, expected)
    assert actual["actual_kwh"].null_count() == (3 if target == "consumption" else 0)


def test_slots_of_which_the_warehouse_has_no_row_are_empty_and_not_left_out(con):
    first_reading = datetime(2026, 4, 1, tzinfo=UTC)
    around = Window(first_reading - timedelta(hours=2), first_reading + timedelta(hours=2))
    known = queries.actuals(con, "dora", "consumption", around)["actual_kwh"].is_not_null()
    assert known.to_list() == [False, False, True, True]
