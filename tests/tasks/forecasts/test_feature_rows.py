"""Features stored with an issue: what the model was given, nothing known later, kept as long as is set."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.support.foreseeing import AT, CONSUMERS, ISSUED, MADE, frame
from wattlake.lake.contracts import columns
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.load_rows import is_learned
from wattlake.tasks.forecasts.feature_rows import ISSUED_FEATURES
from wattlake.tasks.forecasts.issue import forecast
from wattlake.tasks.forecasts.issued_features import issued_features
from wattlake.tasks.forecasts.serving import serving
from wattlake.tasks.forecasts.targets import TARGETS

ROWS = f"from {ISSUED_FEATURES} order by member_id, period_start_utc"


def kept_for(lake: Lake, days: int) -> Lake:
    return Lake(lake.settings.model_copy(update={"forecast_feature_days": days}))


def test_the_model_s_trees_give_the_issued_forecast_again_out_of_the_stored_features_alone(trained: Lake):
    forecast(trained, AT, MADE)
    rows = frame(trained, ROWS)
    model = serving(trained.reader(), Storage(trained.settings), TARGETS["consumption"].forecaster, ISSUED).model

    table = rows.select(model.median.features).cast(pl.Float64).to_numpy()
    expected = np.maximum(model.median.predict(table), 0) * np.exp(rows["log_scale"].to_numpy())

    issued = frame(trained, "from gold.forecast where target = 'consumption' order by member_id, period_start_utc")
    assert rows.height == issued.height == 24 * len(CONSUMERS)
    assert np.rint(expected * 1000).tolist() == (issued["expected_kwh"].cast(pl.Float64) * 1000).round().to_list()
    key = ["member_id", "period_start_utc", "issued_at_utc", "forecaster", "forecaster_version", "_made_at_utc"]
    assert rows.select(key).equals(issued.select(key))
    assert all(is_learned(name) for name in model.median.features), "and those for people alone are there beside"
    assert (set(rows["month"]), set(rows["season_number"])) == ({3}, {1})
    assert rows["scale_kwh"].cast(pl.Float64).to_list() == pytest.approx(np.exp(rows["log_scale"]), abs=1e-6)


def test_nothing_that_became_known_later_is_among_them(trained: Lake):
    forecast(trained, AT, MADE)
    before = frame(trained, ROWS)
    trained.write(lambda connection: connection.execute(f"delete from {ISSUED_FEATURES}"))
    trained.write(
        lambda connection: connection.execute(
            f"update gold.energy_flow set consumption_kwh = 1000000 where known_at_utc > timestamp '{ISSUED}'"
        )
    )
    trained.write(lambda connection: connection.execute("delete from gold.forecast"))
    trained.write(lambda connection: connection.execute("delete from gold.group_forecast"))

    forecast(trained, AT, MADE)

    assert frame(trained, ROWS).equals(before)


def test_they_are_stored_once_with_the_forecast_and_go_after_the_days_that_are_set(trained: Lake):
    lake = kept_for(trained, 2)
    for day in (0, 1, 1, 2, 3):
        forecast(lake, AT + timedelta(days=day), MADE)

    issues = frame(lake, f"select issued_at_utc, count(*) as rows from {ISSUED_FEATURES} group by all order by all")
    assert issues["issued_at_utc"].to_list() == [ISSUED + timedelta(days=day) for day in (1, 2, 3)]
    assert set(issues["rows"]) == {24 * len(CONSUMERS)}
    none = kept_for(lake, 0)
    assert ISSUED_FEATURES not in forecast(none, AT + timedelta(hours=6), MADE).rows
    assert frame(none, ROWS).is_empty()


def test_as_of_a_time_each_slot_has_its_newest_issue_by_then(trained: Lake):
    for hours in (0, 6):
        forecast(trained, AT + timedelta(hours=hours), MADE)
    reader, day = trained.reader(), ISSUED.date()

    every = issued_features(reader, [], ["m1"])
    by_first, by_second = (
        issued_features(reader, [day], ["m1", "m2"], ISSUED + timedelta(hours=hours)) for hours in (5, 6)
    )

    assert every.height == 48 and every.columns == list(columns(ISSUED_FEATURES))
    assert set(by_first["issued_at_utc"]) == {ISSUED}
    assert set(by_first["member_id"]) == {"m1", "m2"} and by_first.height == 48
    hours = by_second.filter(member_id="m1").sort("period_start_utc")["issued_at_utc"].to_list()
    assert hours == [ISSUED] * 6 + [ISSUED + timedelta(hours=6)] * 18, "the first six hours had begun"
    unknown = (by_first["lag_24h"].null_count(), by_second["lag_24h"].null_count())
    assert unknown == (2, 0), "the hour before the first issue was not known yet"


def test_what_is_not_there_is_said(trained: Lake):
    reader = trained.reader()
    with pytest.raises(ValueError, match=r"No features are stored\. `wattlake forecast` stores them"):
        issued_features(reader, [], None)
    forecast(trained, AT, MADE)
    with pytest.raises(ValueError, match=r"There is no member 'm77'\. Name members"):
        issued_features(trained.reader(), [], ["m1", "m77"])
    with pytest.raises(ValueError, match=r"There are those of slots from 2013-03-22 00:00 to 2013-03-22 23:00 UTC;"):
        issued_features(trained.reader(), [(ISSUED - timedelta(days=9)).date()], None)
