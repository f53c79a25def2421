"""Lines of bills."""

from decimal import ROUND_HALF_UP, Decimal

from wattlake import function

CENT = Decimal("0.01")


@function
def cents_of(kwh: Decimal, eur_per_kwh: Decimal) -> Decimal:
    """What energy costs: nothing is rounded before this line, and this is rounded once, to the cent."""
    return (kwh * eur_per_kwh).quantize(CENT, rounding=ROUND_HALF_UP)
