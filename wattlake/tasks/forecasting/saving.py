"""Models as JSON, with the trees in LightGBM's own text.

It is no pickle, and it has the same bytes for the same model.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Model = TypeVar("Model")


def saved(model: Any) -> str:  # noqa: ANN401 – any of the forecasters' models
    """Write a model as JSON."""
    return json.dumps(_plain(model), indent=1, sort_keys=True, allow_nan=False) + "\n"


def restored(kind: type[Model], text: str) -> Model:
    """Read a saved model of a forecaster's kind.

    Raises:
        ValueError: the text is no JSON, or of another kind of model.
    """
    return _model(kind, json.loads(text))


def _model(kind: type[Model], parts: Any) -> Model:  # noqa: ANN401
    expected = get_type_hints(kind)
    if not isinstance(parts, dict) or set(parts) != set(expected):
        raise ValueError(f"This is no saved {kind.__name__}: found {sorted(parts)}, expected {sorted(expected)}.")
    return kind(**{name: _part(expected[name], value) for name, value in parts.items()})


def _part(kind: Any, value: Any) -> Any:  # noqa: ANN401
    """Read a field of a model: another model, models by level, names, or a number."""
    if get_origin(kind) is Mapping:
        return {float(level): _part(get_args(kind)[1], item) for level, item in value.items()}
    if is_dataclass(kind):
        return _model(kind, value)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return tuple(_part(get_args(kind)[0], item) for item in value)
    return value


def _plain(part: Any) -> Any:  # noqa: ANN401
    if is_dataclass(part):
        return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Mapping):
        return {str(key): _plain(value) for key, value in part.items()}
    return [_plain(item) for item in part] if isinstance(part, tuple) else part
