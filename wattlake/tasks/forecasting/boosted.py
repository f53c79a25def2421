"""LightGBM models that are the same bytes for the same inputs.

Each is trained on one thread with fixed seeds, and kept as text.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from lightgbm.basic import LightGBMError

from wattlake.tasks.forecasting.days import Floats

Table = npt.NDArray[np.floating[Any]]
Trees = Mapping[str, Any]
"""Settings of LightGBM."""
BASE = "base"
"""The name of the value that a prediction begins from, before any feature is read."""

BROKEN = (OSError, ValueError, KeyError, TypeError, LightGBMError, np.linalg.LinAlgError)
"""The errors that reading or asking a missing or damaged model raises."""

SAME_BYTES: Mapping[str, Any] = {
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 20_130_901,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Boosted:
    """Trained trees: the names of their features in order, and LightGBM's text of the model."""

    features: tuple[str, ...]
    text: str = field(repr=False)

    @cached_property
    def _booster(self) -> lightgbm.Booster:
        return lightgbm.Booster(model_str=self.text)

    def predict(self, table: Table) -> Floats:
        """Predict one number per row; the columns are the features in their order."""
        return self._ask(table)

    def gains(self) -> dict[str, float]:
        """Return how much each feature's splits gained in training."""
        return dict(zip(self.features, self._booster.feature_importance("gain").tolist(), strict=True))

    def contributions(self, table: Table) -> dict[str, Floats]:
        """Return what each feature adds to each row's prediction, as LightGBM's Shapley values.

        All predictions begin from ``base``.

        Lundberg and others (2020), From local explanations to global understanding with explainable AI for trees.
        """
        return dict(zip((*self.features, BASE), self._ask(table, pred_contrib=True).T, strict=True))

    def _ask(self, table: Table, pred_contrib: bool = False) -> Floats:
        """Predict on all processors; no row affects another, so the bits are the same."""
        asked = self._booster.predict(_short(table), pred_contrib=pred_contrib, num_threads=os.cpu_count())
        return np.asarray(asked, dtype=np.float64)


def boosted_in(model: object) -> list[Boosted]:
    """List the trees of a model, the ones that make its forecast first."""
    boosted = []
    for part in vars(model).values() if model is not None else ():
        boosted += [step for step in (part if isinstance(part, tuple) else (part,)) if isinstance(step, Boosted)]
    return boosted


def boost(
    features: Sequence[str],
    table: Table,
    target: Floats,
    parameters: Trees,
    weights: Floats | None = None,
) -> Boosted:
    """Train trees.

    Args:
        features: names of the table's columns.
        table: rows × features; NaN where a feature is not known.
        target: one number per row.
        parameters: LightGBM's, beside those that make its bytes the same.
        weights: of the rows.
    """
    rows = lightgbm.Dataset(_short(table), _short(target), weight=weights, feature_name=list(features))
    rest = {name: value for name, value in parameters.items() if name != "num_iterations"}
    trained = lightgbm.train({**SAME_BYTES, **rest}, rows, num_boost_round=int(parameters["num_iterations"]))
    return Boosted(tuple(features), trained.model_to_string())


def boost_each(features: Sequence[str], table: Table, target: Floats, parameters: Sequence[Trees]) -> list[Boosted]:
    """Train several trees on the same rows, as many at once as there are processors.

    Each is the same as if it were trained alone.

    Args:
        features: names of the table's columns.
        table: rows × features.
        target: one number per row.
        parameters: LightGBM's, of each.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda own: boost(features, table, target, own), parameters))


def _short(numbers: Table) -> npt.NDArray[np.float32]:
    """Round to 32 bits.

    That takes half the memory, and what differs in a sum's last bit does not make other trees.
    """
    return numbers.astype(np.float32, copy=False)
