"""Guesses at what a file's numbers mean: their unit and their sign."""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.cutting import bare
from wattlake.app.mapping_proposal.guess_rows import guess_unit_column
from wattlake.app.mapping_proposal.guess_total import KWH_PER, find_total
from wattlake.app.mapping_proposal.guess_values import Values
from wattlake.app.mapping_proposal.guessed import Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.numbers import Notation, middle
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import TOTAL, UNITS

POWERS = ("W", "kW", "MW")
MUCH_KWH = 1000


def guess_unit(
    guess: Guess, sheet: Sheet, values: Values, path: Path, given: Given, series: Series, written: Notation
) -> None:
    """Note the unit, and whether numbers are running totals.

    Raises:
        NoProposalError: nothing names the unit, and the user has not said it.
    """
    unit, why = _unit(guess, sheet, values)
    if given.unit:
        unit, why = given.unit.removeprefix("total "), ""
        guess.drop("columns.unit")
    _expect_a_unit(path, unit, values, series, written)
    total, reason = find_total(sheet, values, series, unit)
    is_said = given.unit.startswith("total ")
    if (total or is_said) and unit not in POWERS and "columns.values" not in guess.keys:
        guess.set("energy.unit", f"total {unit}", reason + (f"; {why}" if why else "") if not is_said else "")
        guess.drop("time.label")  # A total is of the moment that it was read at.
    elif unit:
        guess.set("energy.unit", unit, why)
        if TOTAL.search(values.all[0]) and unit not in POWERS and "columns.values" not in guess.keys:
            guess.set("energy.unit", unit, f"or `total {unit}`: do the numbers in `{values.all[0]}` count up?")
    _expect_clear_marks(path, written, unit, given)
    _sign(guess, series, written)


def _unit(guess: Guess, sheet: Sheet, values: Values) -> tuple[str, str]:
    """Find the unit of the energy, with the remark on where it stands."""
    named = {name: unit for name in values.all if (unit := unit_in(sheet.head.unit_of(name)) or unit_in(name))}
    if len(set(named.values())) == 1 and len(named) == len(values.all):
        return next(iter(named.values())), ""
    column, units = guess_unit_column(sheet)
    if len(units) > 1:
        guess.set("columns.unit", column)
        return "", ""
    if units:
        return min(units), f"from `{min(units)}` in the column `{column}`"
    before = [(unit_in(bare(cell)), bare(cell)) for row in sheet.head.before for cell in row if len(cell) < 40]
    found = {unit: cell for unit, cell in before if unit}
    if len(found) == 1 and not named:
        unit, cell = next(iter(found.items()))
        return unit, f"from `{cell}` before the header"
    return "", ""


def unit_in(text: str) -> str:
    """Find the unit that a text names; empty where it names none."""
    return next((unit for unit, pattern in UNITS.items() if pattern.search(text)), "")


def _expect_a_unit(path: Path, unit: str, values: Values, series: Series, written: Notation) -> None:
    if unit or values.all[0] in series.with_unit:
        return
    typical = middle([one for numbers in series.numbers(values.all[0], written) for one in numbers])
    hour = 60 / (series.minutes or 60)
    per_year = typical * hour * 8760
    length = f"in {series.minutes} minutes" if series.minutes else "each"
    raise NoProposalError(
        f"{path}: nothing names the unit of `{'`, `'.join(values.all[:3])}`. Say it with --unit kWh, Wh, MWh, "
        "kW, W or MW, or with `total ` before an energy that counts up. "
        f"A usual number is {typical:,.6g}: as kWh this would be {typical:,.6g} kWh {length} "
        f"({per_year:,.0f} kWh a year), "
        f"as Wh {per_year / 1000:,.0f}, as kW {typical * 8760:,.0f}, as W {typical * 8.76:,.0f} kWh a year."
    )


def _expect_clear_marks(path: Path, written: Notation, unit: str, given: Given) -> None:
    """Refuse numbers that can be read two ways, a thousandfold apart.

    Raises:
        NoProposalError: both readings are possible.
    """
    if not written.doubt or given.unit.startswith("total "):
        return
    bare_digits = re.sub(r"\D", "", written.doubt)
    if float(bare_digits) * KWH_PER.get(unit.removeprefix("total "), 1.0) <= MUCH_KWH and unit in ("Wh", "W"):
        raise NoProposalError(
            f"{path}: `{written.doubt}` can be {float(bare_digits):g} {unit}, or {written.amount(written.doubt):g}: "
            "all numbers have one mark with three digits behind it. "
            "Write a mapping with `energy.thousands` or `energy.decimal`."
        )


def _sign(guess: Guess, series: Series, written: Notation) -> None:
    if "columns.production" in guess.keys or "columns.direction" in guess.keys or "energy.sign" in guess.keys:
        return
    names = guess.keys.get("columns.value", guess.keys.get("columns.meters", guess.keys.get("columns.values", [])))
    column = names if isinstance(names, str) else names[0] if isinstance(names, list) and names else ""
    numbers = (
        [number for some in series.numbers(column, written) for number in some] if column in series.head.names else []
    )
    missing = guess.keys.get("energy.missing", [])
    below = [number for number in numbers if number < 0 and f"{number:g}" not in missing]  # type: ignore[operator]
    if below and not guess.text("energy.unit").startswith("total "):
        guess.set("energy.sign", "net", "because there are numbers below 0, which are taken for production")
