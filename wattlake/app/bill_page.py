"""A bill as people read it: what there is to pay, its period, sentences and table."""

from calendar import monthrange
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from wattlake.lake.reports.bill import Bill
from wattlake.lake.store.rows import Rows

CENT = Decimal("0.01")


def title(bill: Bill) -> str:
    """Write whose bill of which month it is, and how far that has come."""
    so_far = f", so far until {bill.last_day}" if bill.last_day else ""
    return f"Bill of {bill.member_id}, {bill.month:%B %Y}{so_far}"


def sentences(bill: Bill) -> tuple[str, str, str]:
    """Write the energy, the cost without the community, and whether the bill is final.

    The energy is what was consumed and produced.
    """
    energy = (
        f"Consumed {bill.consumption_kwh:,.3f} kWh and produced {bill.production_kwh:,.3f} kWh, of which "
        f"{bill.self_consumption_kwh:,.3f} kWh were used at once."
    )
    if bill.computed_kwh:
        computed = "All" if bill.computed_kwh == bill.production_kwh else f"{bill.computed_kwh:,.3f} kWh"
        energy += f" {computed} of the production is computed from the weather (simulated): those panels have no meter."
    for flow in ("consumption", "production"):
        energy += _estimated(bill, flow)
    without = (
        f"Without the community it would have been {bill.alone_eur:,.2f} EUR: {bill.saving_eur:,.2f} EUR are saved."
    )
    return energy, without, _provisional(bill)


def table(bill: Bill) -> Rows:
    """List the bill's lines and what is to pay: ``for``, ``kWh``, ``mean EUR/kWh``, ``EUR``."""
    lines = [(line.what, line.energy_kwh, line.mean_eur_per_kwh, line.amount_eur) for line in bill.lines]
    rows = [*lines, ("to pay", None, None, bill.total_eur)]
    return Rows(("for", "kWh", "mean EUR/kWh", "EUR"), rows)


def written(bill: Bill) -> Rows:
    """Write the same table to the cent and the watt-hour, without lines that are nothing."""
    lines, cents = table(bill).rows[:-1], to_the_cent([line.amount_eur for line in bill.lines])
    rows = [
        (line.capitalize(), _kwh(kwh), _price(mean), _cents(written_eur))
        for (line, kwh, mean, eur), written_eur in zip(lines, cents, strict=True)
        if kwh or eur
    ]
    return Rows(("For", "kWh", "ct/kWh", "EUR"), [*rows, (outcome_label(bill), "", "", _cents(bill.total_eur))])


def to_the_cent(amounts_eur: Sequence[Decimal]) -> list[Decimal]:
    """Round amounts to cents that add up to their sum: the largest remainders go up."""
    whole = [amount.quantize(CENT, ROUND_FLOOR) for amount in amounts_eur]
    left = int((round(sum(amounts_eur, Decimal(0)), 2) - sum(whole, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(whole)), key=lambda number: whole[number] - amounts_eur[number])
    return [eur + CENT * (number in by_remainder[:left]) for number, eur in enumerate(whole)]


def outcome(bill: Bill) -> str:
    """Say what there is to pay or to receive, to the cent."""
    total = round(bill.total_eur, 2)
    if not total:
        return "Nothing to pay"
    return f"You receive {-total:,.2f} EUR" if total < 0 else f"You pay {total:,.2f} EUR"


def outcome_label(bill: Bill) -> str:
    """Name the last line of the table."""
    return "You receive" if round(bill.total_eur, 2) < 0 else "You pay"


def period(bill: Bill) -> str:
    """Write the days that the bill is of: ``1–21 June 2026, so far``."""
    last = bill.last_day or bill.month.replace(day=monthrange(bill.month.year, bill.month.month)[1])
    return f"{bill.month.day}–{last.day} {bill.month:%B %Y}{', so far' if bill.last_day else ''}"


def _estimated(bill: Bill, flow: str) -> str:
    """Write how much of the consumption or the production was estimated, and in which ways."""
    parts = [part for part in bill.estimates if part.flow == flow]
    if not parts:
        return ""
    total = sum((part.energy_kwh for part in parts), Decimal(0))
    ways = ", ".join(f"{part.energy_kwh:,.3f} kWh in {part.slots:,} slots ({part.method})" for part in parts)
    return f" Of the {flow}, {total:,.3f} kWh are estimated: {ways}."


def _provisional(bill: Bill) -> str:
    """Write how many of the member's slots are settled, provisional or not settled, and why."""
    read = bill.slots - bill.provisional_slots
    if read == bill.member_slots:
        return f"All {bill.slots:,} slots are settled from readings."
    parts = [f"{read:,} are settled from readings"]
    if bill.provisional_slots:
        parts.append(f"{bill.provisional_slots:,} are provisional: they are settled again once their readings come")
    parts += [f"{slots:,} are not settled: {reason}" for reason, slots in bill.unsettled_slots.items()]
    return f"Of {bill.member_slots:,} slots of the month, {'; '.join(parts)}."


def _price(eur_per_kwh: float | None) -> str:
    return "" if eur_per_kwh is None else f"{100 * eur_per_kwh:,.2f}"


def _kwh(energy_kwh: Decimal | None) -> str:
    return "" if energy_kwh is None else f"{energy_kwh:,.3f}"


def _cents(eur: Decimal) -> str:
    """Write an amount to the cent; what is all but nothing has no sign."""
    return f"{round(eur, 2) + 0:,.2f}"
