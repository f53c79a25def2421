"""A bill as people read it: its sentences, its table, and a page that stands for itself."""

from decimal import Decimal
from html import escape

from wattlake.lake.reports.bill import Bill
from wattlake.lake.store.rows import Rows

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1c2733; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
td, th {{ padding: .4rem .6rem; border-bottom: 1px solid #d5dce3; text-align: left; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
tr.total td {{ font-weight: 700; border-top: 2px solid #1c2733; }}
</style></head><body>
<h1>{title}</h1>
<p>{energy}</p>
<table><thead><tr><th>For</th><th class="number">kWh</th><th class="number">EUR/kWh on average</th>
<th class="number">EUR</th></tr></thead><tbody>
{lines}
</tbody></table>
<p>{without}</p>
<p>{provisional}</p>
</body></html>
"""


def title(bill: Bill) -> str:
    """Write whose bill of which month it is, and how far that has come."""
    so_far = f", so far until {bill.last_day}" if bill.last_day else ""
    return f"Bill of {bill.member_id}, {bill.month:%B %Y}{so_far}"


def sentences(bill: Bill) -> tuple[str, str, str]:
    """Write the energy, the cost without the community, and whether the bill is final.

    The energy is what was consumed and produced.
    """
    energy = (
        f"Consumed {bill.consumption_kwh:,} kWh and produced {bill.production_kwh:,} kWh, of which "
        f"{bill.self_consumption_kwh:,} kWh were used at once."
    )
    if bill.computed_kwh:
        computed = "All" if bill.computed_kwh == bill.production_kwh else f"{bill.computed_kwh:,} kWh"
        energy += f" {computed} of the production is computed from the weather (simulated): those panels have no meter."
    for flow in ("consumption", "production"):
        energy += _estimated(bill, flow)
    without = f"Without the community it would have been {bill.alone_eur:,} EUR: {bill.saving_eur:,} EUR are saved."
    return energy, without, _provisional(bill)


def table(bill: Bill) -> Rows:
    """List the bill's lines and what is to pay: ``for``, ``kWh``, ``mean EUR/kWh``, ``EUR``."""
    lines = [(line.what, line.energy_kwh, line.mean_eur_per_kwh, line.amount_eur) for line in bill.lines]
    rows = [*lines, ("to pay", None, None, bill.total_eur)]
    return Rows(("for", "kWh", "mean EUR/kWh", "EUR"), rows)


def written(bill: Bill) -> Rows:
    """Write the same table as text, with nothing where there is no number."""
    lines = table(bill)
    return Rows(lines.names, [(line, _text(kwh), _price(mean), _text(eur)) for line, kwh, mean, eur in lines.rows])


def page(bill: Bill) -> str:
    """Write the bill as HTML; it stands for itself and loads nothing."""
    *lines, (_, _, _, total) = written(bill).rows
    rows = [
        f"<tr><td>{escape(what)}</td><td class=number>{kwh}</td><td class=number>{mean}</td>"
        f"<td class=number>{eur}</td></tr>"
        for what, kwh, mean, eur in lines
    ]
    rows.append(f"<tr class=total><td>To pay</td><td></td><td></td><td class=number>{total}</td></tr>")
    energy, without, provisional = sentences(bill)
    return PAGE.format(
        title=escape(title(bill)), lines="\n".join(rows), energy=energy, without=without, provisional=provisional
    )


def _estimated(bill: Bill, flow: str) -> str:
    """Write how much of the consumption or the production was estimated, and in which ways."""
    parts = [part for part in bill.estimates if part.flow == flow]
    if not parts:
        return ""
    total = sum((part.energy_kwh for part in parts), Decimal(0))
    ways = ", ".join(f"{part.energy_kwh:,} kWh in {part.slots:,} slots ({part.method})" for part in parts)
    return f" Of the {flow}, {total:,} kWh are estimated: {ways}."


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
    return "" if eur_per_kwh is None else f"{eur_per_kwh:.4f}"


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,}"
