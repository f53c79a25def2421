"""The graph of models: each SQL file is one SELECT that makes one table.

``sql/<layer>/<table>.sql`` makes ``<layer>.<table>``; the order of the models follows from the SQL.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from wattlake import PACKAGE
from wattlake.lake.contracts import bounds, columns, spec
from wattlake.lake.models.macros import macros_used
from wattlake.lake.settings import Settings
from wattlake.lake.sql import quoted

SQL_FOLDER = PACKAGE / "sql"
PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Model:
    """A model: the SELECT that makes one table.

    Attributes:
        table: the table it makes.
        sql: its SELECT with ``$`` parameters: a window of landings (silver), of time (gold) or none (rebuilt whole);
            the bounds of its contract are filled in.
        inputs: the tables it reads.
    """

    table: str
    sql: str
    inputs: frozenset[str]

    @cached_property
    def layer(self) -> str:
        """Give the schema of its table."""
        return self.table.partition(".")[0]

    @cached_property
    def by_landing(self) -> bool:
        """Say whether it reads new landings only (silver)."""
        return "$from_landing" in self.sql

    @cached_property
    def by_period(self) -> bool:
        """Say whether it is replaced period by period (gold)."""
        return "$from_utc" in self.sql

    @cached_property
    def is_whole(self) -> bool:
        """Say whether it is brought up to date as a whole, without periods (gold)."""
        return self.layer == "gold" and not self.by_period

    @cached_property
    def is_view(self) -> bool:
        """Say whether it is a view (warehouse)."""
        return self.layer == "warehouse"

    @cached_property
    def source(self) -> str:
        """Give the source whose landings it reads, for a model by landing."""
        (bronze,) = (name for name in self.inputs if name.startswith("bronze."))
        return bronze.partition(".")[2]

    def fingerprint(self, settings: Settings, producer: str = "") -> str:
        """Hash all that makes the table: SQL with settings and macros, contract, producer's code."""
        sql = fill(self.sql, settings)
        made_by = (sql, macros_used(sql), columns(self.table), spec(self.table), producer)
        return hashlib.sha256(repr(made_by).encode()).hexdigest()[:16]


@cache
def models(folder: Path = SQL_FOLDER) -> dict[str, Model]:
    """Read every model, by table name, each after the models it reads."""
    found = {}
    for path in sorted(folder.glob("*/*.sql")):
        if path.parent.name in {"silver", "gold", "warehouse"}:
            table = f"{path.parent.name}.{path.stem}"
            sql = fill_in(path.read_text(), bounds(table))
            found[table] = Model(table, sql, tables_read(sql))
    reads = {table: sorted(model.inputs & found.keys()) for table, model in found.items()}
    return {table: found[table] for table in TopologicalSorter(reads).static_order()}


def _with_upstream(table: str) -> frozenset[str]:
    """List a table and every table that it is made from, directly or not."""
    reads = models()[table].inputs if table in models() else frozenset()
    return frozenset({table}).union(*(_with_upstream(read) for read in reads))


def downstream(tables: Collection[str]) -> frozenset[str]:
    """List the tables of models that read one of some tables, directly or not."""
    return frozenset(table for table in models() if (_with_upstream(table) - {table}) & frozenset(tables))


def made_together(table: str) -> frozenset[str]:
    """List the tables that must be made together with a table.

    They are all that it is made from, and the other tables without periods that read of those.

    These are brought up to date in the transaction that changes what they read, or never.
    """
    tables = set(_with_upstream(table))
    for model in models().values():
        if model.layer == "gold" and not model.by_period and model.inputs & tables:
            tables.add(model.table)
    return frozenset(tables)


def fill(sql: str, settings: Settings, window: Mapping[str, datetime | int] | None = None) -> str:
    """Fill the parameters of a model's SQL with literals.

    Settings are filled in by their names, and so is the window, where one is given.
    """
    return fill_in(sql, settings.model_dump() | dict(window or {}))


def fill_in(sql: str, values: Mapping[str, object]) -> str:
    """Fill those parameters of a SELECT that have a value with literals."""
    return PARAMETER.sub(lambda found: _literal(values[found[1]]) if found[1] in values else found[0], sql)


def tables_read(sql: str) -> frozenset[str]:
    """List the tables that a SELECT reads."""
    import sqlglot  # Who asks for no model does not wait for it.
    from sqlglot import exp

    tables = sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Table)
    return frozenset(f"{table.db}.{table.name}" for table in tables if table.db)


def _literal(value: object) -> str:
    if isinstance(value, datetime):
        return f"timestamp '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {_literal(item)}' for key, item in value.items())}}}"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int | float) else quoted(str(value))
