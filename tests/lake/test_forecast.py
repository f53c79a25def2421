"""Forecasts in the lake: what is issued, from what, by whom, and what stands in where a model does not serve."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import zstandard

from lake import registry
from lake.catalog import Lake
from lake.storage import Storage
from tasks.forecast import forecast
from tasks.forecasting.conformal import TRACKING_STEP
from tasks.forecasting.targets import LOAD
from tasks.models import serving
from tasks.outcomes import drift, missed
from tasks.situation import late_slots, time_of_issue
from tasks.train import train
from tests.foreseeing import CONSUMERS, FIRST, HOME, ISSUED, PROSUMERS, calendar, fill_community, fill_frame
from tests.lake_steps import NOW, fill_table, select, stored

MADE = datetime(2026, 1, 1, tzinfo=UTC)
AT = ISSUED.replace(tzinfo=UTC)
BANDS = ("lower_wh", "lower_80_wh", "lower_50_wh", "expected_wh", "upper_50_wh", "upper_80_wh", "upper_wh")
GOLD = ("gold.forecast", "gold.group_forecast", "gold.price_forecast", "gold.surplus_advice")


@pytest.fixture(scope="module")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreseeing") / "lake"
    lake = Lake(HOME.model_copy(update={"data": str(folder)}))
    lake.create()
    fill_community(lake)
    found = list(train(lake, AT, "run-1"))
    assert [(one.target, one.model_id, one.done, one.total) for one in found] == [
        ("consumption", 1, 1, 3),
        ("production", 2, 2, 3),
        ("price", 3, 3, 3),
    ]
    assert found[0].status == "promoted", found[0].why
    # Sky and exchange are drawn at random here, so whether their models are better is by chance; here they serve.
    lake.write(lambda connection: connection.execute("update ops.model set status = 'promoted'"))
    lake.close()
    return folder


@pytest.fixture
def trained(trained_folder: Path, tmp_path: Path) -> Iterator[Lake]:
    """A lake of its own with the community and its trained models."""
    shutil.copytree(trained_folder, tmp_path / "trained")
    lake = Lake(HOME.model_copy(update={"data": str(tmp_path / "trained")}))
    yield lake
    lake.close()


def frame(lake: Lake, sql: str) -> pl.DataFrame:
    return lake.reader().execute(sql).pl()


def test_every_member_slot_and_price_of_the_next_day_is_foreseen_by_the_models(trained: Lake):
    issued = forecast(trained, AT, MADE)

    assert issued.rows == {
        "gold.forecast": 24 * (len(CONSUMERS) + len(PROSUMERS)),
        "gold.group_forecast": 24 * (3 + 2),
        "gold.price_forecast": 23 + 24,  # what is left of the published delivery day, and the next
        "gold.surplus_advice": 24 * len(CONSUMERS),
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
    assert rows.filter(target="production", period_start_utc=ISSUED)["upper_wh"].to_list() == [0, 0, 0], "it is night"
    late = rows.filter(pl.col("period_start_utc") >= ISSUED + timedelta(hours=23))
    assert set(late["samples"]) == {27}, "the last hour before the issue is not known yet"


def test_models_are_better_than_baselines_and_the_bands_hold_what_came(trained: Lake):
    for day in range(2):
        forecast(trained, AT + timedelta(days=day), MADE)
    came = frame(
        trained,
        "select forecast.*, flow.consumption_wh as actual_wh from gold.forecast as forecast "
        "inner join gold.energy_flow as flow using (member_id, period_start_utc) where target = 'consumption'",
    )
    error = (came["actual_wh"] - came["expected_wh"]).abs().mean()
    assert error < min((came["actual_wh"] - came[f"{name}_wh"]).abs().mean() for name in ("naive_24h", "naive_168h"))
    held = came["actual_wh"].is_between(came["lower_wh"], came["upper_wh"]).mean()
    assert 0.9 <= held <= 1
    together = frame(
        trained,
        "select level, group_id, sum(expected_wh) as expected_wh, any_value(members) as members "
        "from gold.group_forecast where target = 'consumption' group by all order by all",
    )
    assert [(level, group, members) for level, group, _, members in together.iter_rows()] == [
        ("community", "community", 6),
        ("zone", "north", 3),
        ("zone", "south", 3),
    ]
    means = came["mean_wh"].sum()
    assert together["expected_wh"][0] == pytest.approx(means, rel=0.001), "the means add up to the community's forecast"
    assert together["expected_wh"][0] == pytest.approx(came["actual_wh"].sum(), rel=0.05)


def test_nothing_known_after_the_issue_changes_a_forecast_by_a_bit(trained: Lake):
    """Every value, price and register entry that was known only later is replaced by an absurd one."""
    forecast(trained, AT, MADE)
    before = {table: select(trained, f"select * from {table} order by all") for table in GOLD}

    def poison(connection: Any) -> None:
        later = f"known_at_utc > timestamp '{ISSUED}'"
        connection.execute(
            f"update gold.energy_flow set consumption_wh = 99999999, production_wh = 99999999 where {later}"
        )
        connection.execute(f"update gold.spot_price set spot_eur_per_mwh = 9999 where {later}")
        for table in GOLD:
            connection.execute(f"delete from {table}")

    trained.write(poison)
    forecast(trained, AT, MADE)
    assert {table: select(trained, f"select * from {table} order by all") for table in GOLD} == before
    forecast(trained, AT + timedelta(hours=3), MADE)
    assert select(
        trained, f"select max(naive_24h_wh) > 1000000 from gold.forecast where issued_at_utc > '{ISSUED}'"
    ) == [(True,)], "three hours later it is known"


def test_training_again_gives_the_same_bytes_and_a_model_no_better_does_not_serve(trained: Lake):
    (again,) = train(trained, AT, "run-2", targets=("consumption",))

    assert again.status == "rejected", again.why
    assert "of model 1, better in 50 % of draws" in again.why
    hashes = select(trained, "select sha256, status from ops.model where target = 'consumption' order by model_id")
    assert hashes[0][0] == hashes[1][0]
    assert [status for _, status in hashes] == ["promoted", "rejected"]
    found = registry.champion(trained.reader(), "consumption", ISSUED)
    assert found is not None and found.model_id == 1


def test_a_model_that_is_worse_than_what_was_known_before_is_replaced(trained: Lake):
    def shuffle(connection: Any) -> None:
        text = registry.content(Storage(trained.settings), registry.champion(connection, "consumption", ISSUED))
        model = json.loads(text)
        model["model"]["median"]["text"] = model["model"]["quantiles"]["0.975"]["text"]
        path, sha256 = registry.store(Storage(trained.settings), "consumption", json.dumps(model))
        row = connection.execute("from ops.model where model_id = 1").pl().row(0, named=True)
        registry.add(
            connection, {**row, "artifact_path": path, "sha256": sha256, "why": "its median is a high quantile"}
        )

    trained.write(shuffle)
    found = registry.champion(trained.reader(), "consumption", ISSUED)
    assert found is not None and found.model_id == 4, "of two that knew as much the newer serves"

    (better,) = train(trained, AT, "run-3", targets=("consumption",))

    assert better.status == "promoted", better.why
    assert "of model 4, better in 100 % of draws" in better.why


def test_a_model_serves_only_what_is_issued_after_all_that_it_knows(trained: Lake):
    assert registry.champion(trained.reader(), "consumption", ISSUED - timedelta(hours=1)) is None
    forecast(trained, AT - timedelta(hours=1), MADE)
    assert select(trained, "select distinct forecaster, forecaster_version from gold.forecast") == [("ladder", "0")]


@pytest.mark.parametrize("fault", ["missing", "changed", "not a model", "other features"])
def test_a_broken_model_leaves_its_place_to_the_ladder_and_every_slot_is_filled(
    trained: Lake, fault: str, caplog: pytest.LogCaptureFixture
):
    model = registry.champion(trained.reader(), "consumption", ISSUED)
    assert model is not None
    file = Path(trained.settings.data) / model.artifact_path
    text = zstandard.decompress(file.read_bytes()).decode()
    if fault == "missing":
        file.unlink()
    else:
        spoiled = {
            "changed": text.replace("tree", "twig"),
            "not a model": '{"model": {}, "calibrated": {}}',
            "other features": text.replace("max_feature_idx=", "max_feature_idx=1"),
        }[fault]
        path, sha256 = registry.store(Storage(trained.settings), "consumption", spoiled)
        if fault == "changed":
            file.write_bytes((Path(trained.settings.data) / path).read_bytes())
        else:
            trained.write(
                lambda connection: connection.execute(
                    f"update ops.model set artifact_path = '{path}', sha256 = '{sha256}' where model_id = 1"
                )
            )

    issued = forecast(trained, AT, MADE)

    assert issued.rows["gold.forecast"] == 24 * 9
    rows = frame(trained, "from gold.forecast where target = 'consumption'")
    assert set(rows.select("forecaster", "forecaster_version", "tier").iter_rows()) == {("ladder", "0", "clock_mean")}
    assert (rows["lower_wh"] < rows["upper_wh"]).all()
    assert any(
        "consumption" in said and record.levelname == "WARNING"
        for record in caplog.records
        for said in [record.getMessage()]
    )
    assert select(trained, "select distinct forecaster from gold.forecast where target = 'production'") == [("solar",)]


def test_a_member_without_history_is_foreseen_like_those_of_its_kind(trained: Lake):
    entry = {
        **{"member_id": "new", "valid_from_utc": ISSUED - timedelta(hours=5), "zone": "south", "panel_kwp": 0.0},
        **{"latitude": 51.5, "longitude": -0.1, "member_type": "consumer", "provenance": "measured"},
    }
    trained.write(lambda connection: fill_table(connection, "gold.member_version", [entry]))
    forecast(trained, AT, MADE)
    rows = frame(trained, "from gold.forecast where target = 'consumption' order by period_start_utc")
    new = rows.filter(member_id="new")
    assert set(new["tier"]) == {"similar"} and set(new["samples"]) == {0} and new["naive_24h_wh"].null_count() == 24
    alike = rows.filter(pl.col("member_id").is_in(["m3", "m4", "m5"]))
    means = alike.group_by("period_start_utc").agg(pl.col("expected_wh").mean()).sort("period_start_utc")
    assert new["expected_wh"].to_numpy() == pytest.approx(means["expected_wh"].to_numpy(), abs=1)


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


def test_bands_move_outwards_where_they_missed_more_than_promised(trained: Lake):
    forecast(trained, AT, MADE)
    model = serving(trained.reader(), Storage(trained.settings), LOAD, ISSUED)
    series = tuple(CONSUMERS)
    nothing = missed(trained.reader(), "consumption", model, ISSUED, series)
    assert all(not side.any() for band in nothing.values() for side in band)

    a_day_later = ISSUED + timedelta(days=1, hours=2)
    found = missed(trained.reader(), "consumption", model, a_day_later, series)

    rows = frame(
        trained,
        "select forecast.*, flow.consumption_wh as actual_wh from gold.forecast as forecast inner join "
        "gold.energy_flow as flow using (member_id, period_start_utc) where target = 'consumption'",
    )
    for cover, low, high in ((0.95, "lower_wh", "upper_wh"), (0.5, "lower_50_wh", "upper_50_wh")):
        for number, member in enumerate(CONSUMERS):
            of_member = rows.filter(member_id=member)
            below = (of_member["actual_wh"] < of_member[low]).mean() - (1 - cover) / 2
            above = (of_member["actual_wh"] > of_member[high]).mean() - (1 - cover) / 2
            assert found[cover][0][number] == pytest.approx(below)
            assert found[cover][1][number] == pytest.approx(above)
    assert TRACKING_STEP > 0


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
            f"update gold.energy_flow set consumption_wh = consumption_wh * 4 where period_start_utc >= '{ISSUED}'"
        )
    )
    went = drift(trained.reader(), "consumption", model, now)
    assert went is not None and went.is_breach and "train a new model" in str(went)
    issued = forecast(trained, AT + timedelta(days=3, hours=3), MADE)
    assert [one.target for one in issued.drifts if one.is_breach] == ["consumption"]
    assert any("has drifted" in record.getMessage() for record in caplog.records)


def test_advice_is_what_a_plain_recomputation_says(trained: Lake):
    forecast(trained, AT, MADE)
    rows = frame(trained, "from gold.forecast")
    spot = dict(select(trained, "select period_start_utc, spot_eur_per_mwh::double from gold.price_forecast"))
    advice = {
        (row["member_id"], row["period_start_utc"]): row
        for row in frame(trained, "from gold.surplus_advice").iter_rows(named=True)
    }
    settings = trained.settings
    added = 1e6 * float(settings.retail_markup_eur_per_kwh + settings.retail_levies_eur_per_kwh)
    for member in CONSUMERS:
        ranked = []
        for hour in range(24):
            start = ISSUED + timedelta(hours=hour)
            of_slot = rows.filter(member_id=member, period_start_utc=start)
            load = of_slot.filter(target="consumption").row(0, named=True)
            sun = next(of_slot.filter(target="production").iter_rows(named=True), None) or dict.fromkeys(load, 0)
            surplus = sun["mean_wh"] - load["mean_wh"]
            below = np.hypot(max(load["upper_80_wh"] - load["mean_wh"], 0), max(sun["mean_wh"] - sun["lower_80_wh"], 0))
            above = np.hypot(max(load["mean_wh"] - load["lower_80_wh"], 0), max(sun["upper_80_wh"] - sun["mean_wh"], 0))
            low, high = surplus - int(np.ceil(below)), surplus + int(np.ceil(above))
            buy = round((spot[start] * 1000 + added) * 1.19)
            sell = round(max(spot[start] * 1000 - 5000, 0))
            found = advice[member, start]
            assert (found["expected_surplus_wh"], found["lower_surplus_wh"], found["upper_surplus_wh"]) == (
                surplus,
                low,
                high,
            )
            assert found["advice"] == ("SELL" if low > 0 else "BUY" if high < 0 else "HOLD")
            assert found["buy_micro_eur_per_kwh"] == pytest.approx(buy, abs=1)
            assert found["sell_micro_eur_per_kwh"] == pytest.approx(sell, abs=1)
            least = low * (sell if low > 0 else buy) / 1000
            assert found["lower_revenue_micro_eur"] == pytest.approx(least, abs=5)
            assert found["upper_revenue_micro_eur"] == pytest.approx(high * (buy + sell) / 2000, abs=5)
            assert 0 <= found["confidence_ratio"] <= 1
            price = found["sell_micro_eur_per_kwh"] if surplus > 0 else found["buy_micro_eur_per_kwh"]
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
        "select forecast.*, if(target = 'consumption', consumption_wh, production_wh) as actual_wh "
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
        error = mine["actual_wh"] - mine["expected_wh"]
        assert (score["slots"], score["absolute_error_wh"]) == (6, error.abs().sum())
        assert score["squared_error"] == (error * error).sum()
        above = {name: (mine["actual_wh"] - mine[name]).to_numpy() for name in BANDS}
        loss = sum(float((above[name] * (level - (above[name] < 0))).sum()) for name, level in levels.items())
        assert score["pinball_wh"] == pytest.approx(loss, abs=0.01)
        assert score["slots_in_80"] == ((above["lower_80_wh"] >= 0) & (above["upper_80_wh"] <= 0)).sum()
        naive = (mine["actual_wh"] - mine["naive_24h_wh"]).drop_nulls().abs()
        assert (score["naive_24h_slots"], score["naive_24h_error_wh"]) == (len(naive), naive.sum())
    shown = frame(trained, "from warehouse.fact_forecast_score where target = 'consumption'")
    of_load = scores.filter(target="consumption")
    assert shown["mae_kwh"].mean() == pytest.approx(of_load["absolute_error_wh"].mean() / 6000)
    per_slot = of_load["naive_24h_error_wh"] / of_load["naive_24h_slots"]
    skill = 100 * (1 - of_load["absolute_error_wh"] / 6 / per_slot)
    assert sorted(shown["skill_naive_24h_pct"]) == pytest.approx(sorted(skill))


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
    flows = pl.DataFrame({"period_start_utc": starts, "consumption_wh": [100] * 24 + [200] * 24}).with_columns(
        member_id=pl.lit("anna"),
        period_minutes=60,
        consumption_provenance=pl.lit("measured"),
        known_at_utc=pl.lit(FIRST),
    )
    fill_frame(lake, "gold.energy_flow", flows)

    assert forecast(lake, AT, MADE).rows == {"gold.forecast": 24, "gold.group_forecast": 48, "gold.surplus_advice": 24}
    rows = select(
        lake, "select distinct expected_wh, mean_wh, tier, samples, naive_24h_wh, provenance from gold.forecast"
    )
    assert rows == [(150, 150, "clock_mean", 2, 200, "estimated")]
    snapshot = lake.snapshot_id()
    assert forecast(lake, AT.astimezone(timezone(timedelta(hours=2))), MADE).rows == {}
    assert lake.snapshot_id() == snapshot


def test_a_forecast_is_issued_at_the_full_hour_or_where_old_readings_end(folder_lake: Lake):
    now = NOW + timedelta(minutes=17)
    assert time_of_issue(folder_lake, now) == NOW
    ended = (NOW - timedelta(days=2)).replace(tzinfo=None)
    row = {"member_id": "anna", "period_start_utc": ended, "period_minutes": 60, "consumption_wh": 1}
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
    row |= {"period_minutes": 30, "consumption_wh": 1}
    folder_lake.write(lambda connection: fill_table(connection, "gold.energy_flow", [row]))
    assert late_slots(folder_lake.reader(), 30, issue_hour) == late


def test_too_short_a_history_is_told_and_nothing_is_registered(folder_lake: Lake):
    found = list(train(folder_lake, AT, "run-1"))
    assert [(one.target, one.status) for one in found] == [
        (target, "skipped") for target in ("consumption", "production", "price")
    ]
    assert found[0].why == "0 days of history are known; it takes 43 to train and to judge"
    assert select(folder_lake, "from ops.model") == []
