"""Forecasts in the lake: which model serves, and what stands in where it does not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from harness.lake_steps import select
from tests.support.foreseeing import AT, ISSUED, MADE, frame
from wattlake.lake import model_registry
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.issue import forecast
from wattlake.tasks.forecasts.train import train


def test_training_again_gives_the_same_bytes_and_a_model_no_better_does_not_serve(trained: Lake):
    (again,) = train(trained, AT, "run-2", targets=("consumption",))

    assert again.status == "rejected", again.why
    assert "of model 1, better in 50 % of draws" in again.why
    hashes = select(trained, "select sha256, status from ops.model where target = 'consumption' order by model_id")
    assert hashes[0][0] == hashes[1][0]
    assert [status for _, status in hashes] == ["promoted", "rejected"]
    found = model_registry.champion(trained.reader(), "consumption", ISSUED)
    assert found is not None and found.model_id == 1


@pytest.mark.long
def test_a_model_that_is_worse_than_what_was_known_before_is_replaced(trained: Lake):
    def shuffle(connection: Any) -> None:
        text = model_registry.content(
            Storage(trained.settings), model_registry.champion(connection, "consumption", ISSUED)
        )
        model = json.loads(text)
        model["model"]["median"]["text"] = model["model"]["quantiles"]["0.975"]["text"]
        path, sha256 = model_registry.store(Storage(trained.settings), "consumption", json.dumps(model))
        row = connection.execute("from ops.model where model_id = 1").pl().row(0, named=True)
        model_registry.add(
            connection, {**row, "artifact_path": path, "sha256": sha256, "why": "its median is a high quantile"}
        )

    trained.write(shuffle)
    found = model_registry.champion(trained.reader(), "consumption", ISSUED)
    assert found is not None and found.model_id == 4, "of two that knew as much the newer serves"

    (better,) = train(trained, AT, "run-3", targets=("consumption",))

    assert better.status == "promoted", better.why
    assert "of model 4" not in better.why, "the hardest of all that it was held against is told: a baseline"


def test_a_model_serves_only_what_is_issued_after_all_that_it_knows(trained: Lake):
    assert model_registry.champion(trained.reader(), "consumption", ISSUED - timedelta(hours=1)) is None
    forecast(trained, AT - timedelta(hours=1), MADE)
    assert select(trained, "select distinct forecaster, forecaster_version from gold.forecast") == [("ladder", "0")]


@pytest.mark.parametrize("fault", ["missing", "changed", "not a model", "other features"])
def test_a_broken_model_leaves_its_place_to_the_ladder_and_every_slot_is_filled(
    trained: Lake, fault: str, caplog: pytest.LogCaptureFixture
):
    model = model_registry.champion(trained.reader(), "consumption", ISSUED)
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
        path, sha256 = model_registry.store(Storage(trained.settings), "consumption", spoiled)
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
    assert (rows["lower_kwh"] < rows["upper_kwh"]).all()
    assert any(
        "consumption" in said and record.levelname == "WARNING"
        for record in caplog.records
        for said in [record.getMessage()]
    )
    assert select(trained, "select distinct forecaster from gold.forecast where target = 'production'") == [("solar",)]


def test_too_short_a_history_is_told_and_nothing_is_registered(folder_lake: Lake):
    found = list(train(folder_lake, AT, "run-1"))
    assert [(one.target, one.status) for one in found] == [
        (target, "skipped") for target in ("consumption", "production", "price")
    ]
    assert found[0].why == "0 days of history are known; it takes 43 to train and to judge"
    assert select(folder_lake, "from ops.model") == []
