"""The graph of models: each SQL file is one SELECT that makes one table.

``sql/<layer>/<table>.sql`` makes ``<layer>.<table>``; the order of the models follows from the SQL.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from wattlake import PACKAGE
from wattlake.lake import project
from wattlake.lake.contracts import bounds, columns, spec
from wattlake.lake.layers import MADE_BY_MODELS, is_view, layer_of
from wattlake.lake.models.macros import macros_used
from wattlake.lake.models.parameters import fill as fill
from wattlake.lake.models.parameters import fill_in as fill_in
from wattlake.lake.settings import Settings

SQL_FOLDER = PACKAGE / "sql"


@dataclass(frozen=True)
class Model:
    """A model: the SELECT that makes one table.

    Attributes:
        table: the table it makes.
        sql: its SELECT with ``$`` parameters: a window of landings (silver), of time (gold) or none (rebuilt whole);
            the bounds of its contract are filled in.
        inputs: the tables it reads.
        file: of a model of the project, where it stands.
        is_late: whether it is made without periods after all that has periods, as nothing with periods reads it.
    """

    table: str
    sql: str
    inputs: frozenset[str]
    file: Path | None = None
    is_late: bool = False

    @cached_property
    def layer(self) -> str:
        """Give the schema of its table."""
        return layer_of(self.table)

    def is_of(self, layer: str, by_period: bool | None = None) -> bool:
        """Say whether it is made in its layer's turn, with periods or without where that is asked."""
        return self.layer == layer and not self.is_late and not self.is_view and by_period in (None, self.by_period)

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
        return self.layer == "gold" and not self.by_period and not self.is_view

    @cached_property
    def is_view(self) -> bool:
        """Say whether it is a view (warehouse, star, some of gold)."""
        return is_view(self.table)

    @cached_property
    def source(self) -> str:
        """Give the source whose landings it reads, for a model by landing."""
        (bronze,) = (name for name in self.inputs if name.startswith("bronze."))
        return bronze.partition(".")[2]

    def fingerprint(self, settings: Settings, producer: str = "") -> str:
        """Hash all that makes the table: SQL with settings and macros, contract, producer's code."""
        sql = fill(self.sql, settings)
        made_by = (sql, macros_used(self.sql), columns(self.table), spec(self.table), producer)
        return hashlib.sha256(repr(made_by).encode()).hexdigest()[:16]


@cache
def models(folder: Path = SQL_FOLDER) -> dict[str, Model]:
    """Read every model, the project's too, by table name, each after the models it reads."""
    by_table = {}
    for path in sorted(folder.glob("*/*.sql")):
        if path.parent.name in MADE_BY_MODELS:
            table = f"{path.parent.name}.{path.stem}"
            sql = fill_in(path.read_text(), bounds(table))
            by_table[table] = Model(table, sql, tables_read(sql))
    if folder == SQL_FOLDER and (project.PROJECT / "models").is_dir():
        from wattlake.lake.models.of_project import project_models

        by_table |= project_models(by_table)
    reads = {table: sorted(model.inputs & by_table.keys()) for table, model in by_table.items()}
    return {table: by_table[table] for table in TopologicalSorter(reads).static_order()}


def views() -> list[Model]:
    """List the models that are views, each after those it reads."""
    return [model for model in models().values() if model.is_view]


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
        if model.is_whole and not model.is_late and model.inputs & tables:
            tables.add(model.table)
    return frozenset(tables)


def tables_read(sql: str) -> frozenset[str]:
    """List the tables that a SELECT reads."""
    import sqlglot  # Who asks for no model does not wait for it.
    from sqlglot import exp

    tables = sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Table)
    return frozenset(f"{table.db}.{table.name}" for table in tables if table.db)


def late_models() -> list[Model]:
    """List the models without periods that are made after all others, each after those it reads."""
    return [model for model in models().values() if model.is_late]
