"""Forecasts in the lake: what is issued, when, and that nothing known later changes it."""

from datetime import timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from harness.lake_steps import NOW, fill_table, select, stored
from tests.support.foreseeing import AT, CONSUMERS, FIRST, ISSUED, MADE, PROSUMERS, calendar, fill_frame, frame
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.inputs import late_slots, time_of_issue
from wattlake.tasks.forecasts.issue import forecast

BANDS = ("lower_kwh", "lower_80_kwh", "lower_50_kwh", "expected_kwh", "upper_50_kwh", "upper_80_kwh", "upper_kwh")
GOLD = ("gold.forecast", "gold.group_forecast", "gold.price_forecast", "gold.surplus_advice")


def test_every_member_slot_and_price_of_the_next_day_is_foreseen_by_the_models(trained: Lake):
    issued = forecast(trained, AT, MADE)

    assert issued.rows == {
        "gold.forecast": 24 * (len(CONSUMERS) + len(PROSUMERS)),
        "gold.group_forecast": 24 * (3 + 2),
        "gold.price_forecast": 23 + 24,  # what is left of the published delivery day, and the next
        "gold.surplus_advice": 24 * len(CONSUMERS),
        "gold.forecast_feature_issued": 24 * len(CONSUMERS),
    }
    rows = frame(trained, "from gold.forecast order by member_id, target, period_start_utc")
    assert rows["period_start_utc"].unique().sort().to_list() == [ISSUED + timedelta(hours=hour) for hour in range(24)]
    assert set(rows["tier"]) == {"model"}
    assert set(rows.select("target", "forecaster", "forecaster_version").iter_rows()) == {
        ("consumption", "load", "1"),
        ("production", "solar", "2"),
    }
    for low, high in pairwise(BANDS):
        assert (rows[low] <= rows[high]).all()
    assert rows["mean_kwh"].is_between(rows["lower_50_kwh"], rows["upper_50_kwh"]).all(), "the mean, too"
    assert rows.filter(target="production", period_start_utc=ISSUED)["upper_kwh"].to_list() == [0, 0, 0], "it is night"
    late = rows.filter(pl.col("period_start_utc") >= ISSUED + timedelta(hours=23))
    assert set(late["samples"]) == {27}, "the last hour before the issue is not known yet"


def test_models_are_better_than_baselines_and_the_bands_hold_what_came(trained: Lake):
    for day in range(2):
        forecast(trained, AT + timedelta(days=day), MADE)
    came = frame(
        trained,
        "select forecast.*, flow.consumption_kwh as actual_kwh from gold.forecast as forecast "
        "inner join gold.energy_flow as flow using (member_id, period_start_utc) where target = 'consumption'",
    )
    error = (came["actual_kwh"] - came["expected_kwh"]).abs().mean()
    assert error < min((came["actual_kwh"] - came[f"{name}_kwh"]).abs().mean() for name in ("naive_24h", "naive_168h"))
    held = came["actual_kwh"].is_between(came["lower_kwh"], came["upper_kwh"]).mean()
    assert 0.9 <= held <= 1
    together = frame(
        trained,
        "select level, group_id, sum(expected_kwh) as expected_kwh, any_value(members) as members "
        "from gold.group_forecast where target = 'consumption' group by all order by all",
    )
    assert [(level, group, members) for level, group, _, members in together.iter_rows()] == [
        ("community", "community", 6),
        ("zone", "north", 3),
        ("zone", "south", 3),
    ]
    means = came["mean_kwh"].sum()
    assert together["expected_kwh"][0] == pytest.approx(means, rel=Decimal("0.001")), (
        "the means add up to the community's forecast"
    )
    assert together["expected_kwh"][0] == pytest.approx(came["actual_kwh"].sum(), rel=Decimal("0.05"))


def test_nothing_known_after_the_issue_changes_a_forecast_by_a_bit(trained: Lake):
    """Every value, price and register entry that was known only later is replaced by an absurd one."""
    forecast(trained, AT, MADE)
    before = {table: select(trained, f"select * from {table} order by all") for table in GOLD}

    def poison(connection: Any) -> None:
        later = f"known_at_utc > timestamp '{ISSUED}'"
        connection.execute(f"update gold.energy_flow set consumption_kwh = 99999, production_kwh = 99999 where {later}")
        connection.execute(f"update gold.spot_price set spot_eur_per_mwh = 9999 where {later}")
        for table in GOLD:
            connection.execute(f"delete from {table}")

    trained.write(poison)
    forecast(trained, AT, MADE)
    assert {table: select(trained, f"select * from {table} order by all") for table in GOLD} == before
    forecast(trained, AT + timedelta(hours=3), MADE)
    assert select(trained, f"select max(naive_24h_kwh) > 1000 from gold.forecast where issued_at_utc > '{ISSUED}'") == [
        (True,)
    ], "three hours later it is known"


def test_a_member_without_history_is_foreseen_like_those_of_its_kind(trained: Lake):
    entry = {
        **{"member_id": "new", "valid_from_utc": ISSUED - timedelta(hours=5), "zone": "south", "panel_kwp": 0.0},
        **{"latitude": 51.5, "longitude": -0.1, "member_type": "consumer", "provenance": "measured"},
    }
    trained.write(lambda connection: fill_table(connection, "gold.member_version", [entry]))
    forecast(trained, AT, MADE)
    rows = frame(trained, "from gold.forecast where target = 'consumption' order by period_start_utc")
    new = rows.filter(member_id="new")
    assert set(new["tier"]) == {"similar"} and set(new["samples"]) == {0} and new["naive_24h_kwh"].null_count() == 24
    alike = rows.filter(pl.col("member_id").is_in(["m3", "m4", "m5"]))
    means = alike.group_by("period_start_utc").agg(pl.col("expected_kwh").mean()).sort("period_start_utc")
    new_kwh, means_kwh = (rows["expected_kwh"].cast(pl.Float64).to_numpy() for rows in (new, means))
    assert new_kwh == pytest.approx(means_kwh, abs=0.001)


def test_a_published_price_is_looked_up_and_the_day_after_is_foreseen_whole(trained: Lake):
    noon = AT + timedelta(hours=9)
    forecast(trained, noon, MADE)
    rows = frame(trained, "from gold.price_forecast order by period_start_utc")
    published = rows.filter(tier="published")
    known = select(
        trained,
        f"select spot_eur_per_mwh from gold.spot_price where period_start_utc >= '{ISSUED + timedelta(hours=9)}' "
        f"and known_at_utc <= '{ISSUED + timedelta(hours=9)}' order by period_start_utc",
    )
    assert published["spot_eur_per_mwh"].to_list() == [price for (price,) in known]
    assert (published["lower_eur_per_mwh"] == published["upper_eur_per_mwh"]).all()
    foreseen = rows.filter(tier="model")
    assert foreseen["period_start_utc"].min() == ISSUED + timedelta(hours=24)
    assert foreseen.height + published.height == rows.height
    assert (foreseen["lower_eur_per_mwh"] < foreseen["upper_eur_per_mwh"]).all()


def test_an_issue_is_stored_once_and_a_forecast_without_any_history_is_told(
    lake: Lake, caplog: pytest.LogCaptureFixture
):
    """On every kind of lake: by the ladder, for there is no model."""
    assert forecast(lake, AT, MADE).rows == {}
    assert any("nothing was known" in record.getMessage() for record in caplog.records)
    starts = [ISSUED - timedelta(hours=hour) for hour in range(1, 49)][::-1]
    fill_frame(lake, "gold.calendar", calendar(starts))
    entry = {"member_id": "anna", "valid_from_utc": FIRST, "zone": "north", "panel_kwp": 0.0, "member_type": "consumer"}
    lake.write(lambda connection: fill_table(connection, "gold.member_version", [entry]))
    flows = pl.DataFrame({"period_start_utc": starts, "consumption_kwh": [0.1] * 24 + [0.2] * 24}).with_columns(
        member_id=pl.lit("anna"),
        period_minutes=60,
        consumption_provenance=pl.lit("measured"),
        known_at_utc=pl.lit(FIRST),
    )
    fill_frame(lake, "gold.energy_flow", flows)

    by_member = ("gold.forecast", "gold.forecast_feature_issued", "gold.surplus_advice")
    assert forecast(lake, AT, MADE).rows == {**dict.fromkeys(by_member, 24), "gold.group_forecast": 48}
    rows = select(
        lake, "select distinct expected_kwh, mean_kwh, tier, samples, naive_24h_kwh, provenance from gold.forecast"
    )
    half = Decimal("0.15")
    assert rows == [(half, half, "clock_mean", 2, Decimal("0.2"), "estimated")]
    snapshot = lake.snapshot_id()
    assert forecast(lake, AT.astimezone(timezone(timedelta(hours=2))), MADE).rows == {}
    assert lake.snapshot_id() == snapshot


def test_a_forecast_is_issued_at_the_full_hour_or_where_old_readings_end(folder_lake: Lake):
    now = NOW + timedelta(minutes=17)
    assert time_of_issue(folder_lake, now) == NOW
    ended = (NOW - timedelta(days=2)).replace(tzinfo=None)
    row = {"member_id": "anna", "period_start_utc": ended, "period_minutes": 60, "consumption_kwh": 1}
    folder_lake.write(lambda connection: fill_table(connection, "gold.energy_flow", [row]))
    assert time_of_issue(folder_lake, now) == NOW
    long_ago = {"period_start_utc": ended - timedelta(days=88)}
    folder_lake.write(lambda connection: connection.execute("delete from gold.energy_flow"))
    folder_lake.write(lambda connection: fill_table(connection, "gold.energy_flow", [row | long_ago]))
    assert time_of_issue(folder_lake, now) == NOW - timedelta(days=90) + timedelta(hours=1)


@pytest.mark.parametrize(("end_hour", "issue_hour", "late"), [(0, 6, 12), (4, 6, 4), (6, 6, 0), (7, 6, 46)])
def test_what_comes_late_is_counted_from_where_readings_end_to_the_hour_of_issue(
    folder_lake: Lake, end_hour: int, issue_hour: int, late: int
):
    row = {"member_id": "anna", "period_start_utc": stored(2013, 1, 2, end_hour) - timedelta(minutes=30)}
    row |= {"period_minutes": 30, "consumption_kwh": 1}
    folder_lake.write(lambda connection: fill_table(connection, "gold.energy_flow", [row]))
    assert late_slots(folder_lake.reader(), 30, issue_hour) == late
