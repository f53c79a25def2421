"""The command that shows a member's bill: bill."""

from datetime import datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from app.render import say, show_table
from lake.catalog import Lake
from lake.connection import Connection
from lake.market.bill import Bill, read_bill, slots_of
from lake.settings import Settings

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


def bill(
    member: Annotated[str, typer.Argument(help="Member of the community.")],
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", help="Month on the local clock.")],
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write every slot behind it, in Wh and micro-euros.")
    ] = None,
) -> None:
    """Show a member's bill of a month: what was traded, what the grid charged and paid, what was saved."""
    reader = Lake(Settings(), read_only=True).reader()
    found = read_bill(reader, member, month.date())
    show_table(_title(found), _table(found))
    for sentence in (_energy(found), _without(found), _provisional(found)):
        say(sentence)
    for file, write in ((html, _write_page), (csv, _write_slots)):
        if file:
            if not file.parent.is_dir():
                raise ValueError(
                    f"There is no folder `{file.parent}` to write {file.name} to. Make it, or name another."
                )
            write(reader, found, file)
            say(f"Wrote {file}.")


def _table(found: Bill) -> pl.DataFrame:
    lines = [
        (line.what, _kwh(line.energy_wh), line.mean_eur_per_kwh, _eur(line.amount_micro_eur)) for line in found.lines
    ]
    rows = [*lines, ("to pay", None, None, _eur(found.total_micro_eur))]
    return pl.DataFrame(rows, schema=["for", "kWh", "mean EUR/kWh", "EUR"], orient="row")


def _write_page(_: Connection, found: Bill, file: Path) -> None:
    rows = [
        f"<tr><td>{escape(line.what)}</td><td class=number>{_text(_kwh(line.energy_wh))}</td>"
        f"<td class=number>{'' if line.mean_eur_per_kwh is None else f'{line.mean_eur_per_kwh:.4f}'}</td>"
        f"<td class=number>{_text(_eur(line.amount_micro_eur))}</td></tr>"
        for line in found.lines
    ]
    total = _text(_eur(found.total_micro_eur))
    rows.append(f"<tr class=total><td>To pay</td><td></td><td></td><td class=number>{total}</td></tr>")
    page = PAGE.format(
        title=escape(_title(found)), lines="\n".join(rows), energy=_energy(found), without=_without(found),
        provisional=_provisional(found),
    )  # fmt: skip
    file.write_text(page, encoding="utf-8")


def _write_slots(reader: Connection, found: Bill, file: Path) -> None:
    slots_of(reader, found.member_id, found.month).write_csv(file)


def _title(found: Bill) -> str:
    return f"Bill of {found.member_id}, {found.month:%B %Y}"


def _energy(found: Bill) -> str:
    return (
        f"Consumed {_kwh(found.consumption_wh):,} kWh and produced {_kwh(found.production_wh):,} kWh, of which "
        f"{_kwh(found.self_consumption_wh):,} kWh were used at once."
    )


def _without(found: Bill) -> str:
    return (
        f"Without the community it would have been {_eur(found.alone_micro_eur):,} EUR: "
        f"{_eur(found.saving_micro_eur):,} EUR are saved."
    )


def _provisional(found: Bill) -> str:
    if not found.provisional_slots:
        return f"All {found.slots:,} slots are settled from readings."
    return (
        f"{found.provisional_slots:,} of {found.slots:,} slots are provisional: they are settled again once their "
        "readings come."
    )


def _kwh(energy_wh: int | None) -> Decimal | None:
    return None if energy_wh is None else Decimal(energy_wh).scaleb(-3)


def _eur(amount_micro_eur: int) -> Decimal:
    return Decimal(amount_micro_eur).scaleb(-6)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,}"
