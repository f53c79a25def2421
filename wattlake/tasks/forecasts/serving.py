"""Find the model that serves; read and write models, with their calibration, as text."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from wattlake.lake import model_registry
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.tasks.forecasting.boosted import BROKEN, Trees
from wattlake.tasks.forecasting.conformal import Reach, plain_reach
from wattlake.tasks.forecasting.forecaster import Forecaster
from wattlake.tasks.forecasting.holdout import Calibrated
from wattlake.tasks.forecasting.saving import restored, saved
from wattlake.tasks.forecasting.targets import LADDER

logger = logging.getLogger("wattlake.forecast")

TUNED = "tuned"
"""The parameter that holds settings of the trees other than the forecaster's own."""


@dataclass(frozen=True)
class Serving:
    """The model that serves a target, by name and version; None where the ladder has to do.

    Attributes:
        forecaster: its name.
        version: its number in the registry, as text.
        model: of the forecaster.
        calibrated: what goes with it.
        registered: its row.
    """

    forecaster: str = LADDER
    version: str = "0"
    model: Any = None
    calibrated: Calibrated | None = None
    registered: model_registry.Registered | None = None

    @property
    def late_slots(self) -> int:
        """The number of slots before an issue that it does without."""
        return self.registered.late_slots if self.registered else 0

    @property
    def trees(self) -> Trees:
        """Settings of its trees other than the forecaster's own."""
        return dict(self.registered.parameters.get(TUNED, {})) if self.registered else {}


def packed(model: Any, calibrated: Calibrated) -> str:  # noqa: ANN401 – any of the forecasters' models
    """Write a model and what goes with it as text: the same for the same."""
    return json.dumps({"model": json.loads(saved(model)), "calibrated": json.loads(saved(calibrated))}, sort_keys=True)


def unpacked(forecaster: Forecaster, name: str, text: str) -> tuple[Any, Calibrated]:
    """Read a model and what goes with it from text.

    Raises:
        ValueError: it is of another kind.
        KeyError: the forecaster has no such model.
    """
    parts = json.loads(text)
    model: Any = restored(forecaster.kinds[name], json.dumps(parts["model"]))
    return model, restored(Calibrated, json.dumps(parts["calibrated"]))


def serving(reader: Connection, storage: Storage, forecaster: Forecaster, issued_at_utc: datetime) -> Serving:
    """Find the model that serves at a time; if it is broken, log that and let the ladder serve."""
    champion = model_registry.champion(reader, forecaster.target, issued_at_utc)
    if champion is None:
        return Serving()
    try:
        model, calibrated = unpacked(forecaster, champion.forecaster, model_registry.content(storage, champion))
    except BROKEN as error:
        logger.warning("model %d of %s does not serve: %s", champion.model_id, forecaster.target, error)
        return Serving()
    return Serving(champion.forecaster, str(champion.model_id), model, calibrated, champion)


def reach_of(calibrated: Calibrated | None, series: tuple[str, ...]) -> Reach:
    """Find how far out each series' ends lie; a new series follows the middle of the others."""
    if calibrated is None:
        return plain_reach(len(series))
    distances, missable = (
        {
            cover: (_of_each(calibrated.series, below, series), _of_each(calibrated.series, above, series))
            for cover, (below, above) in ends.items()
        }
        for ends in (calibrated.distances, calibrated.missable)
    )
    return Reach(distances, missable)


def _of_each(names: tuple[str, ...], values: tuple[float, ...], series: tuple[str, ...]) -> Any:  # noqa: ANN401
    known: Mapping[str, float] = dict(zip(names, values, strict=True))
    middle = float(np.median(values)) if values else 0.0
    return np.array([known.get(name, middle) for name in series])
