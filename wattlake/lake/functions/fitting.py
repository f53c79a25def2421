"""Bring what a function gives into the range of its type; else it fails on its row.

DuckDB 1.5.5 takes ``Decimal("1E+1")``, as ``normalize`` gives it for 10, as 1.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import partial
from typing import Any

BIGINTS = range(-(2**63), 2**63)
DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def fitting(sql_type: str) -> Callable[[Any], Any]:
    """Make what brings a result into a type, or raises a ``ValueError``."""
    if match := DECIMAL.fullmatch(sql_type):
        digits, places = int(match[1]), int(match[2])
        return partial(_decimal, Decimal(1).scaleb(-places), Context(prec=digits, rounding=ROUND_HALF_UP))
    return OTHERS.get(sql_type, _as_it_is)


def _decimal(step: Decimal, context: Context, value: Decimal | float) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    try:
        fitted = exact.quantize(step, context=context)
    except InvalidOperation:
        raise ValueError(f"{value} has too many digits") from None
    if not fitted.is_finite():
        raise ValueError(f"{value} is no number")
    return fitted


def _bigint(value: int) -> int:
    if value not in BIGINTS:
        raise ValueError(f"{value:.3e} is beyond 64 bits")
    return value


def _text(value: str) -> str:
    if not value.isascii():
        value.encode()  # Half a character is none that can be stored.
    return value


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value


OTHERS: Mapping[str, Callable[[Any], Any]] = {"bigint": _bigint, "double": float, "varchar": _text}
