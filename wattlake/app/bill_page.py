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


def title(found: Bill) -> str:
    """Write whose bill of which month it is, and how far that has come."""
    so_far = f", so far until {found.last_day}" if found.last_day else ""
    return f"Bill of {found.member_id}, {found.month:%B %Y}{so_far}"


def sentences(found: Bill) -> tuple[str, str, str]:
    """Write the energy, the cost without the community, and whether the bill is final.

    The energy is what was consumed and produced.
    """
    energy = (
        f"Consumed {found.consumption_kwh:,} kWh and produced {found.production_kwh:,} kWh, of which "
        f"{found.self_consumption_kwh:,} kWh were used at once."
    )
    if found.computed_kwh:
        computed = "All" if found.computed_kwh == found.production_kwh else f"{found.computed_kwh:,} kWh"
        energy += f" {computed} of the production is computed from the weather (simulated): those panels have no meter."
    without = f"Without the community it would have been {found.alone_eur:,} EUR: {found.saving_eur:,} EUR are saved."
    return energy, without, _provisional(found)


def table(found: Bill) -> Rows:
    """List the bill's lines and what is to pay: ``for``, ``kWh``, ``mean EUR/kWh``, ``EUR``."""
    lines = [(line.what, line.energy_kwh, line.mean_eur_per_kwh, line.amount_eur) for line in found.lines]
    rows = [*lines, ("to pay", None, None, found.total_eur)]
    return Rows(("for", "kWh", "mean EUR/kWh", "EUR"), rows)


def written(found: Bill) -> Rows:
    """Write the same table as text, with nothing where there is no number."""
    lines = table(found)
    return Rows(lines.names, [(line, _text(kwh), _price(mean), _text(eur)) for line, kwh, mean, eur in lines.rows])


def page(found: Bill) -> str:
    """Write the bill as HTML; it stands for itself and loads nothing."""
    *lines, (_, _, _, total) = written(found).rows
    rows = [
        f"<tr><td>{escape(what)}</td><td class=number>{kwh}</td><td class=number>{mean}</td>"
        f"<td class=number>{eur}</td></tr>"
        for what, kwh, mean, eur in lines
    ]
    rows.append(f"<tr class=total><td>To pay</td><td></td><td></td><td class=number>{total}</td></tr>")
    energy, without, provisional = sentences(found)
    return PAGE.format(
        title=escape(title(found)), lines="\n".join(rows), energy=energy, without=without, provisional=provisional
    )


def _provisional(found: Bill) -> str:
    """Write how many of the member's slots are settled, provisional or not settled, and why."""
    read = found.slots - found.provisional_slots
    if read == found.member_slots:
        return f"All {found.slots:,} slots are settled from readings."
    parts = [f"{read:,} are settled from readings"]
    if found.provisional_slots:
        parts.append(f"{found.provisional_slots:,} are provisional: they are settled again once their readings come")
    parts += [f"{slots:,} are not settled: {reason}" for reason, slots in found.unsettled_slots.items()]
    return f"Of {found.member_slots:,} slots of the month, {'; '.join(parts)}."


def _price(eur_per_kwh: float | None) -> str:
    return "" if eur_per_kwh is None else f"{eur_per_kwh:.4f}"


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,}"
