"""The targets of forecasts in the lake: each is known by what it says of itself, not by which object it is."""

from dataclasses import replace

import pytest

from tests.support.foreseeing import ISSUED, MADE
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.targets import FORECASTERS
from wattlake.tasks.forecasts.energy import Energy
from wattlake.tasks.forecasts.price import Price
from wattlake.tasks.forecasts.serving import serving
from wattlake.tasks.forecasts.targets import TARGETS

TABLES = {
    "consumption": {"gold.forecast", "gold.group_forecast", "gold.forecast_feature_issued"},
    "production": {"gold.forecast", "gold.group_forecast"},
    "price": {"gold.price_forecast"},
}


def test_every_forecaster_has_its_target_in_the_lake():
    assert {name: target.forecaster for name, target in TARGETS.items()} == FORECASTERS


@pytest.mark.parametrize("name", TARGETS)
def test_a_forecaster_that_says_the_same_forecasts_the_same(name: str, trained: Lake):
    reader, settings, made = trained.reader(), trained.settings, MADE.replace(tzinfo=None)
    target = TARGETS[name]
    twin = (Price if name == "price" else Energy)(replace(target.forecaster))
    assert twin.forecaster is not target.forecaster

    model = serving(reader, Storage(settings), target.forecaster, ISSUED)
    issued = target.foreseen(reader, settings, model, ISSUED, made)
    again = twin.foreseen(reader, settings, model, ISSUED, made)

    assert issued.keys() == again.keys() == TABLES[name]
    assert all(rows.height and rows.equals(again[table]) for table, rows in issued.items())


def test_a_forecaster_looks_back_as_far_as_it_says(trained: Lake):
    target = TARGETS["consumption"]
    short = Energy(replace(target.forecaster, history_days=20))
    model = serving(trained.reader(), Storage(trained.settings), target.forecaster, ISSUED)
    rows = short.foreseen(trained.reader(), trained.settings, model, ISSUED, MADE.replace(tzinfo=None))

    assert rows["gold.forecast"]["samples"].max() <= 20 < 27


def test_what_is_trained_on_lacks_what_comes_late_where_meters_read_it(trained: Lake):
    reader, settings = trained.reader(), trained.settings
    load, price = (TARGETS[name] for name in ("consumption", "price"))
    issue = ISSUED.replace(hour=6)
    late = load.trained_on(reader, settings, issue, most_days=100)
    none = price.trained_on(reader, settings, issue, most_days=100)

    assert late is not None and late.known.days.late_slots == 6, "readings end at midnight"
    assert none is not None and none.known.days.late_slots == 0
