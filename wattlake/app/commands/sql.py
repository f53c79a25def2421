"""The command that asks the lake in SQL: sql."""

import json
import re
import sys
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import AsOfOption, check_folder_of
from wattlake.app.progress import waiting
from wattlake.app.ready import READY, text_and_title
from wattlake.app.render import say, show_table
from wattlake.app.spreadsheet import csv_of
from wattlake.lake.layers import SCHEMAS

SHOWN = ("Look at it", 70)

READING = "Give one statement that reads: SELECT, FROM, WITH, SHOW, DESCRIBE, SUMMARIZE or EXPLAIN"
SCHEMAS_LISTED = f"{', '.join(SCHEMAS[:-1])} and {SCHEMAS[-1]}"
EXPLAIN = re.compile(
    r"(\s|--[^\n]*\n|/\*.*?\*/)*explain\s+(analyze\s+|\((analyze|format)\b[^)]*\))?", re.IGNORECASE | re.DOTALL
)
SHOW_TABLES = re.compile(r"\s*show\s+tables[\s;]*", re.IGNORECASE)


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def sql(
    query: Annotated[
        str | None, typer.Argument(help='Such as "select count(*) from warehouse.fact_energy_flow".')
    ] = None,
    ready: Annotated[
        str | None, typer.Option("--query", metavar="NAME", help=f"Ask a ready-made query instead: {', '.join(READY)}.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the rows.")] = Format.table,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to; standard output by default.")] = None,
    as_of: AsOfOption = None,
) -> None:
    """Ask the lake in SQL, reading only. The schemas are bronze, silver, quarantine, gold, warehouse, star and ops.

    The tables of star, the star schema as analysts know it, need no schema: "select * from dim_users".
    """
    _check_target(form, out)
    query, title = _asked(query, ready)
    check_question(query)
    with waiting("sql"):
        rows = lake_as_of(as_of).reader().execute(query).pl()
    if form is Format.table:
        _show(query, rows, title)
        return
    written = BytesIO()
    if form is Format.csv:
        written.write(csv_of(rows))
    elif form is Format.json:
        written.write((json.dumps(rows.to_dicts(), default=_in_json, ensure_ascii=False) + "\n").encode())
    else:
        rows.write_parquet(written)
    out.write_bytes(written.getvalue()) if out else sys.stdout.buffer.write(written.getvalue())


def check_question(query: str) -> None:
    """Refuse what is not exactly one statement that reads.

    Raises:
        ValueError: there is none, there are several, or it does something else than read.
        duckdb.ParserException: it is not SQL.
    """
    statements = duckdb.extract_statements(query)
    # A PIVOT comes as several statements that DuckDB made, none of which has a text; the last one reads.
    written = [statement for statement in statements if statement.query] or statements[-1:]
    if len(written) != 1:
        raise ValueError(f"{READING}. {f'These are {len(written)}' if written else 'There is none here'}.")
    kind = written[0].type
    if kind == duckdb.StatementType.EXPLAIN and (explain := EXPLAIN.match(query)):
        check_question(query[explain.end() :])  # EXPLAIN ANALYZE does what it explains.
    elif kind != duckdb.StatementType.SELECT:
        raise ValueError(f"{READING}. This one is {kind.name}; the lake is read-only here.")


def _asked(query: str | None, ready: str | None) -> tuple[str, str]:
    """The query to ask, and its title: the one that is given, or the ready-made one of a name with what it answers."""
    if query is not None and ready is None:
        return query, ""
    if query is None and ready in READY:
        return text_and_title(ready)
    given = "Found neither" if ready is None else "Found both" if query is not None else f"There is no query `{ready}`"
    raise ValueError(f"Give a query in SQL, or --query with one of {', '.join(READY)}. {given}.")


def _show(query: str, rows: pl.DataFrame, title: str) -> None:
    if len(rows):
        show_table(title or f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}", rows)
    else:
        say("No rows.")
    if SHOW_TABLES.fullmatch(query):
        say(f"These need no schema. All tables are in the schemas {SCHEMAS_LISTED}: `show all tables` lists them.")


def _check_target(form: Format, out: Path | None) -> None:
    if form is Format.table and out:
        raise ValueError("A table is for the terminal. Say how to write the file: --format csv, json or parquet")
    if form is Format.parquet and out is None and sys.stdout.isatty():
        raise ValueError("Parquet is not for a terminal. Name a file: --out rows.parquet")
    if out:
        check_folder_of(out)


def _in_json(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else str(value)
