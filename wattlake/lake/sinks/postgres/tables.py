"""The statements that make tables in PostgreSQL: columns, then keys once rows are there."""

from collections.abc import Iterator, Sequence

from wattlake.lake.contracts import meaning_of_a_row, spec
from wattlake.lake.sinks.postgres.structure import sql_type
from wattlake.lake.sinks.tables import SinkTable, referring
from wattlake.lake.sql import named, quoted

SORTED_IN_MEMORY = "512MB"
"""Memory for an index of some million rows, which PostgreSQL would otherwise sort on disk."""


def create(schema: str, table: SinkTable) -> str:
    """Write the statement that makes a table, without keys: so rows come into it quicker."""
    listed = ", ".join(column(table, name) for name in table.columns)
    return f"create table {named(schema)}.{named(table.target)} ({listed})"


def column(table: SinkTable, name: str) -> str:
    """Write a column with its type."""
    return f"{named(name)} {sql_type(table.columns[name])}"


def add_column(schema: str, table: SinkTable, name: str) -> str:
    """Write the statements that add a column to a table, and its comment."""
    target = f"{named(schema)}.{named(table.target)}"
    return f"alter table {target} add column {column(table, name)}; {_comment(target, table, name)}"


def keys(schema: str, made: Sequence[SinkTable], tables: Sequence[SinkTable]) -> Iterator[str]:
    """Write the statements that give tables their keys, indexes and comments.

    Keys that refer to another table are checked at the commit, so that its rows can be replaced before.
    """
    if made:
        yield f"set local maintenance_work_mem = '{SORTED_IN_MEMORY}'"
    for table in made:
        yield from _own_keys(schema, table)
    for table in made:
        target = f"{named(schema)}.{named(table.target)}"
        for name, other, key in referring(table, list(tables)):
            if other in made and key_of(other) == (key,):
                yield (
                    f"alter table {target} add foreign key ({named(name)}) references "
                    f"{named(schema)}.{named(other.target)} ({named(key)}) deferrable initially deferred"
                )


def key_of(table: SinkTable) -> tuple[str, ...]:
    """Give the names there of the columns that name a row; none where one is not wanted."""
    by_ours = {column.name: name for name, column in table.columns.items() if not column.nullable}
    key = spec(table.table).key
    return tuple(by_ours[name] for name in key) if set(key) <= by_ours.keys() else ()


def _own_keys(schema: str, table: SinkTable) -> Iterator[str]:
    target = f"{named(schema)}.{named(table.target)}"
    key = key_of(table)
    if key:
        yield f"alter table {target} add primary key ({', '.join(map(named, key))})"
    # Entries of the register come and go; without an index, each that goes is looked for in all rows.
    referred = [name for name, column in table.columns.items() if column.references and column.name.endswith("_sk")]
    for name in dict.fromkeys([*([table.slice_target] if table.slice_target else []), *referred]):
        if key[:1] != (name,):
            yield f"create index on {target} ({named(name)})"
    yield f"comment on table {target} is {quoted(meaning_of_a_row(table.table))}"
    for name in table.columns:
        yield _comment(target, table, name)
    yield f"analyze {target}"


def _comment(target: str, table: SinkTable, name: str) -> str:
    column = table.columns[name]
    meaning = f"{column.meaning} [{column.unit}]" if column.unit else column.meaning
    return f"comment on column {target}.{named(name)} is {quoted(meaning)}"
