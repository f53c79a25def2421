"""Guesses at a file's numbers: their column, unit, sign, and whether they are totals."""

import re

from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.numbers import amounts, decimal_mark, never_falls, steps_are_small

VALUE = re.compile(
    r"k?wh?\b|energy|usage|consum|import|verbrauch|bezug|wert|value|reading|stand|total|quantity", re.IGNORECASE
)
PRODUCED = re.compile(r"export|einspei|erzeug|produ|generat|feed|inject|solar|\bpv", re.IGNORECASE)
TOTAL = re.compile(r"total|stand|cumul|register|index", re.IGNORECASE)
UNITS = {
    "kWh": re.compile(r"kwh", re.IGNORECASE),
    "kW": re.compile(r"kw(?![a-z])", re.IGNORECASE),
    "Wh": re.compile(r"(?<![a-z])wh(?![a-z])", re.IGNORECASE),
}


def guess_values(found: Guess, numbers: list[str]) -> list[str]:
    """Note the columns of what was consumed and of what was produced; returns both."""
    produced = [name for name in numbers if PRODUCED.search(name)]
    consumed = [name for name in numbers if name not in produced]
    named = [name for name in consumed if VALUE.search(name)] or consumed or produced
    rest = [name for name in consumed if name != named[0]]
    found.set("columns.value", named[0], f"other numbers are in `{'`, `'.join(rest)[:200]}`" if rest else "")
    if produced and consumed:
        found.set("columns.production", produced[0])
        return [named[0], produced[0]]
    return [named[0]]


def guess_energy(found: Guess, head: Head, columns: list[str]) -> None:
    """Note the unit, the sign and the decimal mark."""
    cells = [cell for name in columns for cell in head.column(name)]
    numbers = amounts(head.column(columns[0]))
    unit, why = _unit(head, columns[0])
    is_day_per_row = "columns.values" in found.keys
    if not is_day_per_row and unit != "kW" and _is_total(numbers, columns[0]):
        found.set("energy.unit", f"total {unit}", "because it never falls" + (f"; {why}" if why else ""))
        found.keys.pop("time.label", None)  # A total is of the moment that it was read at.
        found.remarks.pop("time.label", None)
    else:
        found.set("energy.unit", unit, why)
    if min(numbers, default=0) < 0:
        found.set("energy.sign", "net", "because there are numbers below 0, which are taken for production")
    elif PRODUCED.search(columns[0]):
        found.set("energy.sign", "production", f"as the name `{columns[0]}` says")
    found.set("energy.decimal", decimal_mark(cells))


def _unit(head: Head, column: str) -> tuple[str, str]:
    """Find the unit in a column's name, or else in another column's name or cells.

    With it comes the remark on where it was found.
    """
    texts = [column, *(cell for name in head.names for cell in head.column(name)[:1]), *head.names]
    for text in texts:
        for unit, pattern in UNITS.items():
            if pattern.search(text):
                return unit, "" if text == column else f"from `{text}`"
    return "kWh", "a guess: nothing names a unit"


def _is_total(numbers: list[float], column: str) -> bool:
    rises = never_falls(numbers) or never_falls(numbers[::-1])
    return rises and (steps_are_small(numbers) or bool(TOTAL.search(column)))
