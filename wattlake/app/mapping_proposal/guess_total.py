"""A guess at whether numbers are running totals, by all of them and by what they would mean."""

from itertools import pairwise

from wattlake.app.mapping_proposal.guess_values import Values
from wattlake.app.mapping_proposal.numbers import is_total, middle, starts_anew
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import TOTAL

KWH_PER = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0, "W": 0.001, "kW": 1.0, "MW": 1000.0}
HOURS_PER_YEAR = 8760
LITTLE_KWH_PER_YEAR = 100
MUCH_KWH_PER_YEAR = 100_000


def find_total(sheet: Sheet, values: Values, series: Series, unit: str) -> tuple[bool, str]:
    """Tell whether the numbers are running totals of each meter, with the reason."""
    column = (values.consumed or values.all)[0]
    is_named = bool(TOTAL.search(column))
    if not is_named and _flows_too_little(series, column, KWH_PER.get(unit, 1.0)):
        return False, ""
    # A meter that counted nothing says nothing.
    moving = [numbers for numbers in series.numbers(column) if len(numbers) > 2 and len(set(numbers)) > 1]
    rising = [is_total(numbers, is_named=is_named) for numbers in moving]
    if rising and sum(rising) * 2 > len(rising):
        falls = any(later < earlier for numbers in series.numbers(column) for earlier, later in pairwise(numbers))
        return True, "because it hardly ever falls" if falls else "because it never falls"
    daily = [starts_anew(numbers, days) for numbers, days in series.by_day(column)]
    if daily and all(daily):
        return True, "because it counts up all day"
    whose = {cell for name in sheet.words for cell in sheet.head.column(name)[:1] if "total" in cell.casefold()}
    return bool(whose and rising and any(rising)), "as its rows say"


def _flows_too_little(series: Series, column: str, kwh_per_unit: float) -> bool:
    """Say whether numbers are a home's energies, but next to nothing as running totals."""
    numbers = [number for some in series.numbers(column) for number in some]
    if not series.minutes or not numbers:
        return False
    hours = sum(sum(steps) for steps in series.steps) / 60 or 1
    risen = sum(some[-1] - some[0] for some in series.numbers(column) if some)
    per_year = (
        number * kwh_per_unit * HOURS_PER_YEAR for number in (risen / hours, middle(numbers) * 60 / series.minutes)
    )
    as_total, as_energy = per_year
    return as_total < LITTLE_KWH_PER_YEAR and LITTLE_KWH_PER_YEAR < as_energy < MUCH_KWH_PER_YEAR
