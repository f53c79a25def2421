"""Guesses at what a file's numbers mean: their unit and their sign."""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.cutting import bare
from wattlake.app.mapping_proposal.guess_rows import guess_unit_column
from wattlake.app.mapping_proposal.guess_total import HOURS_PER_YEAR, KWH_PER, find_total
from wattlake.app.mapping_proposal.guess_values import Values
from wattlake.app.mapping_proposal.guessed import Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.numbers import Notation, middle
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet, is_of_something_else
from wattlake.app.mapping_proposal.words import FACTOR, TOTAL, UNITS

POWERS = ("W", "kW", "MW")
MUCH_KWH = 1000


def guess_unit(
    guess: Guess, sheet: Sheet, values: Values, path: Path, given: Given, series: Series, written: Notation
) -> None:
    """Note the unit, and whether numbers are running totals.

    Raises:
        NoProposalError: nothing names the unit, and the user has not said it.
    """
    unit, why = (given.unit.removeprefix("total "), "") if given.unit else _unit(guess, sheet, values)
    in_rows = guess.text("columns.unit")
    _expect_a_unit(path, unit or in_rows, values, written, _interval(guess, series), series)
    total, reason = find_total(sheet, values, series, unit)
    if total and in_rows and not unit:
        raise NoProposalError(
            f"{path}: the numbers in `{values.all[0]}` count up, and `{in_rows}` names several units. Write a mapping "
            "with `[where]`, to keep the rows of one unit, or say --unit 'total kWh' if all are in it."
        )
    is_said = given.unit.startswith("total ")
    if (total or is_said) and unit not in POWERS and "columns.values" not in guess.keys:
        guess.set("energy.unit", f"total {unit}", reason + (f"; {why}" if why else "") if not is_said else "")
        guess.drop("time.label")  # A total is of the moment that it was read at.
    elif unit:
        guess.set("energy.unit", unit, why)
        if TOTAL.search(values.all[0]) and unit not in POWERS and "columns.values" not in guess.keys:
            guess.set("energy.unit", unit, f"or `total {unit}`: do the numbers in `{values.all[0]}` count up?")
    _expect_clear_marks(path, written, unit, given)
    _note_factors(guess, sheet)
    _sign(guess, series, written)


def _unit(guess: Guess, sheet: Sheet, values: Values) -> tuple[str, str]:
    """Find the unit of the energy, with the remark on where it stands."""
    named = {name: unit for name in values.all if (unit := unit_in(sheet.head.unit_of(name)) or unit_in(name))}
    column, units = guess_unit_column(sheet)
    if units:
        guess.set("columns.unit", column)  # Another file of the kind may have another unit.
    if len(units) > 1:
        return "", ""
    if units and units | {*named.values()} != units:
        raise NoProposalError(
            f"`{min(named)}` names {named[min(named)]}, but `{column}` says {min(units)}. Say which holds with --unit."
        )
    if units:
        return min(units), f"from `{min(units)}` in the column `{column}`"
    if len(set(named.values())) == 1 and len(named) == len(values.all):
        return next(iter(named.values())), ""
    before = [(unit_in(bare(cell)), bare(cell)) for row in sheet.head.before for cell in row if len(cell) < 40]
    named_units = {unit: cell for unit, cell in before if unit}
    if len(named_units) == 1 and not named:
        unit, cell = next(iter(named_units.items()))
        return unit, f"from `{cell}` before the header"
    return "", ""


def unit_in(text: str) -> str:
    """Find the unit that a text names; empty where it names none."""
    return next((unit for unit, pattern in UNITS.items() if pattern.search(text)), "")


def _interval(guess: Guess, series: Series) -> int:
    """Give the minutes of a reading, as the guess has them, or as the times are apart."""
    minutes = guess.keys.get("time.period_minutes", series.minutes)
    return minutes if isinstance(minutes, int) else series.minutes


def _expect_a_unit(path: Path, unit: str, values: Values, written: Notation, minutes: int, series: Series) -> None:
    if unit:
        return
    typical = middle([number for numbers in series.numbers(values.all[0], written) for number in numbers])
    per_year = typical * 60 / (minutes or 60) * HOURS_PER_YEAR
    length = f"in {minutes} minutes" if minutes else "each"
    raise NoProposalError(
        f"{path}: nothing names the unit of `{'`, `'.join(values.all[:3])}`. Say it with --unit kWh, Wh, MWh, "
        "kW, W or MW, or with `total ` before an energy that counts up. "
        f"A usual number is {typical:,.6g}: as kWh this would be {typical:,.6g} kWh {length} "
        f"({per_year:,.0f} kWh a year), "
        f"as Wh {per_year / 1000:,.0f}, as kW {typical * HOURS_PER_YEAR:,.0f}, "
        f"as W {typical * HOURS_PER_YEAR / 1000:,.0f} kWh a year."
    )


def _expect_clear_marks(path: Path, written: Notation, unit: str, given: Given) -> None:
    """Refuse numbers that can be read two ways, a thousandfold apart.

    Raises:
        NoProposalError: both readings are possible.
    """
    if not written.doubt or given.unit.startswith("total "):
        return
    bare_digits = re.sub(r"\D", "", written.doubt)
    if float(bare_digits) * KWH_PER.get(unit, 1.0) <= MUCH_KWH and unit in ("Wh", "W"):
        raise NoProposalError(
            f"{path}: `{written.doubt}` can be {float(bare_digits):g} {unit}, or {written.amount(written.doubt):g}: "
            "all numbers have one mark with three digits behind it. "
            "Write a mapping with `energy.thousands` or `energy.decimal`."
        )


def _note_factors(guess: Guess, sheet: Sheet) -> None:
    """Tell of a factor: whether numbers are multiplied by it already cannot be seen."""
    head = sheet.head
    pairs = [(row[position].rstrip(": "), row[position + 1]) for row in head.before for position in range(len(row) - 1)]
    pairs += [(name, cell) for name in sheet.numbers for cell in sorted(set(head.column(name)))[:2]]
    for name, cell in pairs:
        amount = Notation(",").amount(cell) if "," in cell else Notation().amount(cell)
        if amount not in (None, 0, 1) and FACTOR.search(name) and not is_of_something_else(name, ""):
            guess.notes.append(
                f"`{name}` is {cell}: if the numbers are not multiplied by it yet, say it as `energy.factor`."
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
