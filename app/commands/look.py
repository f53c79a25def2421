"""Commands that only look: status, sql, dashboard."""

import json
import os
import sys
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from app.render import complain, say, show_table
from lake import status as lake_status
from lake.catalog import Lake
from lake.settings import Settings


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def status(
    with_hash: Annotated[bool, typer.Option("--hash", help="Hash the content of every table, too.")] = False,
) -> None:
    """Show tables, sources, readings, register and runs; exit with 1 where something is wrong."""
    lake = Lake(Settings(), read_only=True)
    reader = lake.reader()
    say(f"The lake at {lake.settings.data}, snapshot {lake.snapshot_id()}.")
    show_table("Tables", lake_status.tables(reader, with_hash))
    show_table("Sources", lake_status.sources(reader))
    fates = lake_status.reconciliation(reader).drop("source")
    show_table("Readings: landed = in silver + superseded + repeated + quarantined", fates)
    show_table("Register", lake_status.register_gaps(reader))
    show_table("Last runs", lake_status.runs(reader).select("name", "started_at_utc", "status", "message"))
    troubles = lake_status.troubles(reader)
    for trouble in troubles:
        complain(trouble)
    if troubles:
        raise typer.Exit(1)
    say("The lake is healthy.")


def sql(
    query: Annotated[str, typer.Argument(help='Such as "select count(*) from warehouse.fact_energy_flow".')],
    form: Annotated[Format, typer.Option("--format", help="How to write the rows.")] = Format.table,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to; standard output by default.")] = None,
) -> None:
    """Ask the lake in SQL, reading only. The schemas are bronze, silver, quarantine, gold, warehouse and ops."""
    if form is Format.parquet and out is None and sys.stdout.isatty():
        raise ValueError("Parquet is not for a terminal. Name a file: --out rows.parquet")
    answer = Lake(Settings(), read_only=True).reader().execute(query)
    rows = answer.pl() if answer.description else pl.DataFrame()
    target = out or sys.stdout.buffer
    if form is Format.csv:
        rows.write_csv(target)
    elif form is Format.json:
        written = json.dumps(rows.to_dicts(), default=_in_json, ensure_ascii=False) + "\n"
        out.write_text(written, encoding="utf-8") if out else sys.stdout.write(written)
    elif form is Format.parquet:
        rows.write_parquet(target)
    else:
        show_table(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}", rows) if len(rows) else say("No rows.")


def dashboard(
    port: Annotated[
        int | None, typer.Option(help="Port to serve on; Streamlit's own choice (8501) by default.")
    ] = None,
) -> None:
    """Open the dashboard: it serves until it is stopped with Ctrl-C."""
    from app.dashboard import command

    Settings()  # What is wrong with the settings is said here, not on every page.
    argv = command(port)
    os.execv(argv[0], argv)  # Streamlit takes this process's place, so that what ends the one ends the other.


def _in_json(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else str(value)
