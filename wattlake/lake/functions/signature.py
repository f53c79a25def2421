"""Read the types of a function from its annotations, as DuckDB names them."""

import inspect
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from wattlake.lake import contracts

SQL_TYPES = contracts.SQL_TYPES | {Decimal: "decimal(18,6)"}
ACCEPTED: dict[str, tuple[type, ...]] = {
    "varchar": (str,),
    "bigint": (int,),
    "double": (float, int),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "decimal": (Decimal, int, float),
}
"""What a function may give for each type of its result."""


class Value(NamedTuple):
    """A type of a parameter or result: as DuckDB names it, and whether it may be empty."""

    sql_type: str
    nullable: bool

    @property
    def accepted(self) -> tuple[type, ...]:
        """Give the types of Python that a result of it may have."""
        return ACCEPTED[self.sql_type.partition("(")[0]]


class Signature(NamedTuple):
    """The parameters of a function by name and what it gives; of a frame function neither."""

    parameters: dict[str, Value]
    result: Value | None


def read_signature(function: Callable[..., Any]) -> tuple[Signature | None, list[str]]:
    """Read what a function takes and gives, or say what keeps it from being used.

    Types are ``str``, ``int``, ``float``, ``bool``, ``date``, ``datetime``, ``Decimal`` and, for other decimals than
    those of six places, ``Annotated[Decimal, digits, places]``; or a frame in and a frame out.
    """
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError) as error:
        return None, [f"its types cannot be read: {error}"]
    parameters = inspect.signature(function).parameters
    if _is_frame(hints.get("return")) and [_is_frame(hints.get(name)) for name in parameters] == [True]:
        return Signature({}, None), []
    if mistakes := list(_mistakes(parameters, hints)):
        return None, mistakes
    return Signature({name: _value(hints[name]) or _NEVER for name in parameters}, _value(hints["return"])), []


_NEVER = Value("varchar", True)


def _mistakes(parameters: Any, hints: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401
    known = ", ".join(kind.__name__ for kind in SQL_TYPES)
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY):
            yield f"`{name}` is no parameter that SQL can give: only plain ones are"
        elif name not in hints:
            yield f"`{name}` has no type. Give it one of {known}"
        elif _value(hints[name]) is None:
            yield f"`{name}` has a type that SQL cannot give. Give it one of {known}"
    if "return" not in hints:
        yield f"it does not say what it gives. Write `-> ` and one of {known}"
    elif _value(hints["return"]) is None:
        yield f"it gives a type that SQL does not know. Give one of {known}"


def _value(hint: Any) -> Value | None:  # noqa: ANN401
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        inner = _value(rest[0]) if len(rest) == 1 else None
        return Value(inner.sql_type, True) if inner else None
    if get_origin(hint) is Annotated:
        kind, *arguments = get_args(hint)
        whole = len(arguments) == 2 and all(isinstance(each, int) for each in arguments)
        return Value("decimal({},{})".format(*arguments), False) if kind is Decimal and whole else _value(kind)
    return Value(SQL_TYPES[hint], False) if isinstance(hint, type) and hint in SQL_TYPES else None


def _is_frame(hint: Any) -> bool:  # noqa: ANN401
    return isinstance(hint, type) and hint.__name__ == "DataFrame" and hint.__module__.partition(".")[0] == "polars"
