"""The command that shows a member's bill: bill."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from wattlake.app.bill_html import page
from wattlake.app.bill_page import outcome, period, sentences, table, title
from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import check_folder_of
from wattlake.app.progress import waiting
from wattlake.app.render import say, show_table
from wattlake.lake.reports.bill import Bill, read_bill, slots_of
from wattlake.lake.reports.bill_terms import read_terms
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection

SHOWN = ("Look at it", 30)


def bill(
    member: Annotated[str, typer.Argument(help="Member of the community.")],
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", help="Month on the local clock.")],
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write every slot behind it, in kWh and EUR.")
    ] = None,
) -> None:
    """Show a member's bill of a month: what was traded, what the grid charged and paid, what was saved."""
    with waiting("bill"):
        reader = lake_as_of(None, is_little=True).reader()
        the_bill = read_bill(reader, member, month.date())
    show_table(title(the_bill), table(the_bill))
    say(f"{outcome(the_bill)}, for {period(the_bill)}.")
    for sentence in sentences(the_bill):
        say(sentence)
    for file, write in ((html, _write_page), (csv, _write_slots)):
        if file:
            check_folder_of(file)
            write(reader, the_bill, file)
            say(f"Wrote {file}.")


def _write_page(reader: Connection, the_bill: Bill, file: Path) -> None:
    terms = read_terms(reader, the_bill.member_id, the_bill.month)
    file.write_text(page(the_bill, terms, Settings().community), encoding="utf-8")


def _write_slots(reader: Connection, the_bill: Bill, file: Path) -> None:
    from wattlake.app.spreadsheet import csv_of  # It needs polars, which a bill that is only shown does not.

    file.write_bytes(csv_of(slots_of(reader, the_bill.member_id, the_bill.month)))
