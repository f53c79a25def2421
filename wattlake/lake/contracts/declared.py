"""Columns as the classes of contracts declare them."""

from typing import Any, NamedTuple


class Declared(NamedTuple):
    """A column as the class of its contract declares it.

    Attributes:
        meaning: one sentence.
        unit: as printed, if it has one.
        references: the column whose values it takes; empty where there is none.
        nullable: whether it may be empty.
        alias: its name, where that is not the attribute's.
        checks: by the names that pandera has for them, with their bounds.
    """

    meaning: str
    unit: str | None = None
    references: str = ""
    nullable: bool = False
    alias: str = ""
    checks: tuple[tuple[str, dict[str, Any]], ...] = ()


BOUNDS = {
    "gt": ("greater_than", "min_value"),
    "ge": ("greater_than_or_equal_to", "min_value"),
    "lt": ("less_than", "max_value"),
    "le": ("less_than_or_equal_to", "max_value"),
    "isin": ("isin", "allowed_values"),
}
"""Bounds as contracts write them: the check that pandera has for each, and what it calls the bound."""


def column(
    meaning: str,
    unit: str | None = None,
    references: str = "",
    *,
    nullable: bool = False,
    alias: str = "",
    **bounds: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Make a column of its meaning, its unit (also in its name) and its bounds.

    Args:
        meaning: one sentence for the data dictionary, the catalog's comment and the dashboard's help text.
        unit: the unit as printed, such as ``Wh``.
        references: the column whose values it takes, such as ``gold.zone.zone``.
        nullable: whether it may be empty.
        alias: its name, where that is no name of Python or begins with ``_``.
        bounds: ``ge``, ``le``, ``gt``, ``lt``, ``isin``.

    Raises:
        TypeError: there is no such bound.
    """
    if unknown := bounds.keys() - BOUNDS:
        raise TypeError(f"A column has no bound {', '.join(sorted(unknown))}; there are {', '.join(BOUNDS)}.")
    checks = tuple(
        (check, {argument: bounds[name]}) for name, (check, argument) in BOUNDS.items() if bounds.get(name) is not None
    )
    return Declared(meaning, unit, references, nullable, alias, checks)
