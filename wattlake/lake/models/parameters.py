"""Fill the ``$`` parameters of a model's SQL with literals."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from wattlake.lake.settings import Settings
from wattlake.lake.sql import quoted

PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


def fill(sql: str, settings: Settings, window: Mapping[str, datetime | int] | None = None) -> str:
    """Fill the parameters of a model's SQL with literals.

    Settings are filled in by their names, and so is the window, where one is given.
    """
    return fill_in(sql, settings.model_dump() | dict(window or {}))


def fill_in(sql: str, values: Mapping[str, object]) -> str:
    """Fill those parameters of a SELECT that have a value with literals."""
    return PARAMETER.sub(lambda match: _literal(values[match[1]]) if match[1] in values else match[0], sql)


def _literal(value: object) -> str:
    if isinstance(value, datetime):
        return f"timestamp '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {_literal(item)}' for key, item in value.items())}}}"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int | float) else quoted(str(value))
