"""Models as JSON, the trees in LightGBM's own text within: no pickle, and the same bytes for the same model."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from tasks.forecasting.boosted import Boosted

Model = TypeVar("Model")


def saved(model: Any) -> str:  # noqa: ANN401 – any of the forecasters' models
    """A model as JSON."""
    return json.dumps(_plain(model), indent=1, sort_keys=True, allow_nan=False) + "\n"


def restored(kind: type[Model], text: str) -> Model:
    """The model of a forecaster's kind that was saved.

    Raises:
        ValueError: the text is no JSON, or of another kind of model.
    """
    found = json.loads(text)
    expected = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(found, dict) or set(found) != expected:
        raise ValueError(f"This is no saved {kind.__name__}: found {sorted(found)}, expected {sorted(expected)}.")
    return kind(**{name: _part(value) for name, value in found.items()})


def _plain(part: Any) -> Any:  # noqa: ANN401
    if is_dataclass(part):
        return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Mapping):
        return {str(key): _plain(value) for key, value in part.items()}
    return list(part) if isinstance(part, tuple) else part


def _part(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        return value
    if set(value) == {field.name for field in fields(Boosted)}:
        return Boosted(tuple(value["features"]), value["text"])
    return {float(level): _part(one) for level, one in value.items()}
