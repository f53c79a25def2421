"""A lake in which every text that others write is markup: of Markdown, HTML, Streamlit and Plotly."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from tests.app.dashboard.conftest import fill_lake, lake_at
from wattlake.lake.contracts import Column, columns, contracts
from wattlake.lake.layers import is_view
from wattlake.lake.sql import Connection

STRANGER = "stranger.example"
POISON = (
    f"` `` ]<img src=http://{STRANGER}/html> <a href='http://{STRANGER}/a'>a</a> ![p](http://{STRANGER}/picture) "
    f"[l](http://{STRANGER}/link) http://{STRANGER}/bare :red[x] :material/star: $x^2$ **b** :smile: &amp;"
)
FOREIGN = ("user_id", "zone", "forecaster", "forecaster_version", "tier", "anomaly_reason", "buyer_id", "seller_id")
"""Columns of text that a source, a register or a file may have written, of the community's tables."""
OURS = {"provenance": "simulated", "status": "failed", "kind": "dead", "level": "zone"}
"""Columns whose few values are our own words."""
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
AT = datetime(2026, 4, 4, tzinfo=UTC)


def poisoned_community(community: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The community with markup behind every text that is not ours; the keys still join."""
    return {
        name: frame.with_columns(
            pl.concat_str(pl.col(column), pl.lit(f" {POISON}")) for column in FOREIGN if column in frame.columns
        )
        for name, frame in community.items()
    }


def poisoned_lake(folder: Path, community: dict[str, pl.DataFrame]) -> Path:
    """A lake of the poisoned community; of runs, landings, checks, quarantine and panels one row of markup each."""
    frames = poisoned_community(community)
    fill_lake(folder, frames)

    def add(connection: Connection) -> None:
        for table in contracts():
            if table.startswith(("ops.run", "ops.landing", "ops.check_result", "ops.stream_batch", "quarantine.")) or (
                is_view(table) and table not in frames
            ):
                add_a_row(connection, table)

    lake = lake_at(folder)
    lake.write(add)
    lake.close()
    return folder


def add_a_row(connection: Connection, table: str) -> None:
    connection.execute(f"create or replace temp table filling as from {table} limit 0")
    described = connection.execute(f"describe {table}").fetchall()
    values = [value_of(columns(table).get(name), name, kind) for name, kind, *_ in described]
    connection.execute(f"insert into {table} values ({', '.join('?' for _ in values)})", values)


def value_of(column: Column | None, name: str, kind: str) -> object:
    """A value for a column: markup where that is text of others."""
    if name == "keys":
        return json.dumps([{"user_id": POISON}])
    if kind == "VARCHAR":
        allowed = [bounds["allowed_values"] for rule, bounds in column.checks if rule == "isin"] if column else []
        return OURS.get(name) or (next(iter(allowed[0])) if allowed else POISON)
    if kind == "VARCHAR[]":
        return [POISON]
    if kind == "DATE":
        return AT.date()
    if kind.startswith("TIMESTAMP"):
        return AT.replace(tzinfo=None)
    if kind == "BOOLEAN":
        return True
    return 1 if kind.rstrip("(0123456789,)").lstrip("U") in NUMBERS else None
