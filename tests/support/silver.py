"""Runs one silver model in a plain DuckDB, as the build does, and holds what it gives to its contract."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from harness.services import PROJECT
from wattlake.lake.addresses import Address
from wattlake.lake.contracts import columns, contracts
from wattlake.lake.models.graph import fill, models
from wattlake.lake.models.macros import create_macros
from wattlake.lake.settings import Settings
from wattlake.tasks.sources import Request

FETCHED = datetime(2026, 8, 5, 6, 30, 15, 250_000, tzinfo=UTC)
"""When the tests' landings were fetched, unless they say otherwise."""

ANSWERS = PROJECT / "tests" / "tasks" / "sources" / "answers"


def rows(
    table: str, source: str, *landings: pl.DataFrame, fetched: datetime = FETCHED, settings: Settings | None = None
) -> list[dict[str, Any]]:
    """The rows of a silver model over these landings (numbered from 1), with their ``quarantine_reason``.

    Instants are aware here, though the lake stores them without an offset.
    """
    with duckdb.connect() as connection:
        create_macros(connection)
        connection.execute("create schema bronze")
        described = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns(f"bronze.{source}").values())
        connection.execute(f"create table bronze.{source} ({described})")
        for landing_id, landed in enumerate(landings, start=1):
            connection.register("landed", landed)
            origin = f"{landing_id} as _landing_id, timestamp '{fetched:%Y-%m-%d %H:%M:%S.%f}' as _fetched_at_utc"
            connection.execute(f"insert into bronze.{source} by name select *, {origin} from landed")
        connection.execute("set timezone = 'UTC'")
        window = {"from_landing": 1, "to_landing": len(landings)}
        built = connection.execute(fill(models()[f"silver.{table}"].sql, settings or Settings(), window)).pl()
    expected = [*columns(f"silver.{table}"), "quarantine_reason"]
    beside = [name for name in built.columns if name == "is_rounded"]
    assert built.columns == [*expected, *beside], "the model lists the contract's columns, in order, and the reason"
    _hold_to_contract(table, built)
    instants = [name for name, dtype in built.schema.items() if dtype == pl.Datetime]
    return built.with_columns(pl.col(instants).dt.replace_time_zone("UTC")).to_dicts()


def _hold_to_contract(table: str, built: pl.DataFrame) -> None:
    contract = contracts()[f"silver.{table}"]
    valid = built.filter(pl.col("quarantine_reason").is_null()).drop("quarantine_reason", "is_rounded", strict=False)
    schema = contract.to_schema()
    schema.validate(valid.with_columns(pl.col(name).cast(field.dtype.type) for name, field in schema.columns.items()))


def reasons(rows: list[dict[str, Any]]) -> list[str | None]:
    """The quarantine reason of each row."""
    return [row["quarantine_reason"] for row in rows]


def picked(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Some columns of each row."""
    return [tuple(row[name] for name in names) for row in rows]


def csv(path: Path) -> pl.DataFrame:
    """A CSV file as landing reads it: all text, headers stripped."""
    with duckdb.connect() as connection:
        landed = connection.read_csv(str(path), all_varchar=True, header=True).pl()
    return landed.rename(str.strip)


def request(url: str = "http://service.test/question", **asked: str | tuple[str, ...]) -> Request:
    """A question of which only what ``read`` needs to know matters."""
    values = {name: (value,) if isinstance(value, str) else value for name, value in asked.items()}
    return Request(Address(url), asked=values)


def question(asked: Request) -> tuple[str, Mapping[str, str]]:
    """What a request asks: address and parameters."""
    return str(asked.url), dict(asked.params)


def utc(*parts: int) -> datetime:
    """An aware instant in UTC."""
    return datetime(*parts, tzinfo=UTC)
