"""Forecasts in the lake: what came of them, and what is made of them."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from harness.lake_steps import select
from tests.support.foreseeing import AT, CONSUMERS, ISSUED, MADE, frame
from tests.support.units import KWH
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.conformal import TRACKING_STEP, steered
from wattlake.tasks.forecasting.targets import LOAD
from wattlake.tasks.forecasts.drift import drift, missed_since
from wattlake.tasks.forecasts.issue import forecast
from wattlake.tasks.forecasts.serving import reach_of, serving

BANDS = ("lower_kwh", "lower_80_kwh", "lower_50_kwh", "expected_kwh", "upper_50_kwh", "upper_80_kwh", "upper_kwh")


def test_bands_move_outwards_where_they_missed_more_than_promised(trained: Lake):
    forecast(trained, AT, MADE)
    model = serving(trained.reader(), Storage(trained.settings), LOAD, ISSUED)
    series = tuple(CONSUMERS)
    nothing, no_days = missed_since(trained.reader(), "consumption", model, ISSUED, series)
    assert not no_days.any() and all(not side.any() for band in nothing.values() for side in band)

    a_day_later = ISSUED + timedelta(days=1, hours=2)
    found, days = missed_since(trained.reader(), "consumption", model, a_day_later, series)

    rows = frame(
        trained,
        "select forecast.*, flow.consumption_kwh as actual_kwh from gold.forecast as forecast inner join "
        "gold.energy_flow as flow using (member_id, period_start_utc) where target = 'consumption'",
    )
    for cover, low, high in ((0.95, "lower_kwh", "upper_kwh"), (0.5, "lower_50_kwh", "upper_50_kwh")):
        for number, member in enumerate(CONSUMERS):
            of_member = rows.filter(member_id=member)
            below = (of_member["actual_kwh"] < of_member[low]).mean()
            above = (of_member["actual_kwh"] > of_member[high]).mean()
            assert found[cover][0][number] == pytest.approx(below)
            assert found[cover][1][number] == pytest.approx(above)
    assert set(days) == {1.0}

    before = reach_of(model.calibrated, series)
    after = steered(before, found, days)
    for number in range(len(CONSUMERS)):
        for side in (0, 1):
            share = found[0.8][side][number] - before.missable[0.8][side][number]
            moved = before.distances[0.8][side][number] + TRACKING_STEP * share
            assert after.distances[0.8][side][number] == pytest.approx(max(moved, 0.0))


def test_a_drift_is_told_once_a_week_of_errors_is_beyond_those_held_out(
    trained: Lake, caplog: pytest.LogCaptureFixture
):
    for day in range(3):
        forecast(trained, AT + timedelta(days=day), MADE)
    model = serving(trained.reader(), Storage(trained.settings), LOAD, ISSUED)
    now = ISSUED + timedelta(days=3, hours=3)
    went = drift(trained.reader(), "consumption", model, now)
    assert went is not None and not went.is_breach and "as good as it was" in str(went)
    trained.write(
        lambda connection: connection.execute(
            f"update gold.energy_flow set consumption_kwh = consumption_kwh * 4 where period_start_utc >= '{ISSUED}'"
        )
    )
    went = drift(trained.reader(), "consumption", model, now)
    assert went is not None and went.is_breach and "train a new model" in str(went)
    issued = forecast(trained, AT + timedelta(days=3, hours=3), MADE)
    assert [one.target for one in issued.drifts if one.is_breach] == ["consumption"]
    assert any("has drifted" in record.getMessage() for record in caplog.records)


def _units(value: object) -> object:
    return int(value * KWH) if isinstance(value, Decimal) else value


def test_advice_is_what_a_plain_recomputation_says(trained: Lake):
    forecast(trained, AT, MADE)
    rows = frame(trained, "from gold.forecast")
    spot = dict(select(trained, "select period_start_utc, spot_eur_per_mwh::double from gold.price_forecast"))
    advice = {
        (row["member_id"], row["period_start_utc"]): row
        for row in frame(trained, "from gold.surplus_advice").iter_rows(named=True)
    }
    settings = trained.settings
    added = float(settings.retail_markup_eur_per_kwh + settings.retail_levies_eur_per_kwh)
    for member in CONSUMERS:
        ranked = []
        for hour in range(24):
            start = ISSUED + timedelta(hours=hour)
            of_slot = rows.filter(member_id=member, period_start_utc=start)
            load = of_slot.filter(target="consumption").row(0, named=True)
            sun = next(of_slot.filter(target="production").iter_rows(named=True), None) or dict.fromkeys(load, 0)
            sun, load = ({name: _units(value) for name, value in side.items()} for side in (sun, load))
            surplus = sun["mean_kwh"] - load["mean_kwh"]
            below = np.hypot(
                max(load["upper_80_kwh"] - load["mean_kwh"], 0), max(sun["mean_kwh"] - sun["lower_80_kwh"], 0)
            )
            above = np.hypot(
                max(load["mean_kwh"] - load["lower_80_kwh"], 0), max(sun["upper_80_kwh"] - sun["mean_kwh"], 0)
            )
            low, high = surplus - int(np.ceil(below)), surplus + int(np.ceil(above))
            buy = (spot[start] / 1000 + added) * 1.19
            sell = max(spot[start] / 1000 - 0.005, 0)
            found = advice[member, start]
            expected = [_units(found[f"{end}_surplus_kwh"]) for end in ("expected", "lower", "upper")]
            assert expected == [surplus, low, high]
            assert found["advice"] == ("SELL" if low > 0 else "BUY" if high < 0 else "HOLD")
            assert float(found["buy_eur_per_kwh"]) == pytest.approx(buy, abs=1e-6)
            assert float(found["sell_eur_per_kwh"]) == pytest.approx(sell, abs=1e-6)
            least = low * (sell if low > 0 else buy) / KWH
            assert float(found["lower_revenue_eur"]) == pytest.approx(least, abs=5e-6)
            assert float(found["upper_revenue_eur"]) == pytest.approx(high * (buy + sell) / 2 / KWH, abs=5e-6)
            assert 0 <= found["confidence_ratio"] <= 1
            price = found["sell_eur_per_kwh"] if surplus > 0 else found["buy_eur_per_kwh"]
            ranked.append((price, -surplus, start))
        best = [start for _, _, start in sorted(ranked)]
        assert [advice[member, start]["load_rank"] for start in best] == list(range(1, 25))
    kinds = {row["advice"] for row in advice.values()}
    assert "BUY" in kinds and ("SELL" in kinds or "HOLD" in kinds)


def test_scores_are_what_a_plain_recomputation_says(trained: Lake):
    for day in range(3):
        forecast(trained, AT + timedelta(days=day), MADE)
    scores = frame(trained, "from ops.forecast_score")
    assert scores["period_start_utc"].unique().sort().to_list() == [ISSUED, ISSUED + timedelta(days=1)]
    rows = frame(
        trained,
        "select forecast.*, if(target = 'consumption', consumption_kwh, production_kwh) as actual_kwh "
        "from gold.forecast as forecast inner join gold.energy_flow using (member_id, period_start_utc)",
    )
    levels = dict(zip(BANDS, (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975), strict=True))
    for score in scores.iter_rows(named=True):
        day = score["period_start_utc"]
        mine = rows.filter(
            pl.col("member_id") == score["member_id"],
            pl.col("target") == score["target"],
            pl.col("period_start_utc").is_between(day, day + timedelta(days=1), closed="left"),
            pl.col("horizon_hours").is_between(score["lead_hours"], score["lead_hours"] + 6, closed="left"),
        )
        error = mine["actual_kwh"] - mine["expected_kwh"]
        assert (score["slots"], score["absolute_error_kwh"]) == (6, error.abs().sum())
        assert float(score["squared_error"]) == pytest.approx((error.cast(pl.Float64) ** 2).sum())
        above = {name: (mine["actual_kwh"] - mine[name]).cast(pl.Float64).to_numpy() for name in BANDS}
        loss = sum(float((above[name] * (level - (above[name] < 0))).sum()) for name, level in levels.items())
        assert score["pinball_kwh"] == pytest.approx(loss, abs=0.00001)
        assert score["slots_in_80"] == ((above["lower_80_kwh"] >= 0) & (above["upper_80_kwh"] <= 0)).sum()
        naive = (mine["actual_kwh"] - mine["naive_24h_kwh"]).drop_nulls().abs()
        assert (score["naive_24h_slots"], score["naive_24h_error_kwh"]) == (len(naive), naive.sum())
    shown = frame(trained, "from warehouse.fact_forecast_score where target = 'consumption'")
    of_load = scores.filter(target="consumption")
    assert shown["mae_kwh"].mean() == pytest.approx(of_load["absolute_error_kwh"].cast(pl.Float64).mean() / 6)
    per_slot = of_load["naive_24h_error_kwh"].cast(pl.Float64) / of_load["naive_24h_slots"]
    skill = 100 * (1 - of_load["absolute_error_kwh"].cast(pl.Float64) / 6 / per_slot)
    assert sorted(shown["skill_naive_24h_pct"]) == pytest.approx(sorted(skill))
