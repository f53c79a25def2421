"""List what was set aside in quarantine and why, and let it be read again."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from wattlake.lake.contracts import contracts, source_of
from wattlake.lake.contracts.quarantine import silver_of
from wattlake.lake.sql import Connection, quoted, scalar
from wattlake.lake.store.tables import existing

if TYPE_CHECKING:
    import polars as pl

TABLES = tuple(name for name in contracts() if name.startswith("quarantine."))


def table_named(given: str) -> str:
    """Find the quarantine that a name means.

    The name is such as ``meter_reading``, alone or with the schema of either table.

    Raises:
        ValueError: there is none; with the names there are.
    """
    table = f"quarantine.{given.removeprefix('quarantine.').removeprefix('silver.')}"
    if table not in TABLES:
        known = ", ".join(name.removeprefix("quarantine.") for name in TABLES)
        raise ValueError(f"There is no quarantine of `{given}`. The tables are: {known}.")
    return table


def counts(connection: Connection) -> "pl.DataFrame":
    """Count the readings that were set aside, by table and reason.

    Returns:
        ``table``, ``reason``, ``readings``, ``first_landing`` and ``last_landing`` they are of.
    """
    return connection.execute(
        " union all ".join(
            f"""
            select
                {quoted(table.removeprefix("quarantine."))} as table, quarantine_reason as reason,
                count(*) as readings, min(_landing_id) as first_landing, max(_landing_id) as last_landing
            from {table} group by all
            """
            for table in existing(connection, TABLES)
        )
        + " order by 1, readings desc, reason"
    ).pl()


def readings(connection: Connection, tables: Iterable[str], reason: str | None, limit: int) -> "pl.DataFrame":
    """List readings that were set aside, in the order they were landed.

    Args:
        connection: with the lake as its current database.
        tables: whose.
        reason: only those whose reason holds this text, whatever its case.
        limit: how many at most.

    Returns:
        ``table``, ``landing``, ``name`` (of the file, or the address asked), ``reason``, and ``original``: what the
        source wrote, as JSON.
    """
    wanted = f"contains(lower(quarantine_reason), lower({quoted(reason)}))" if reason else "true"
    return connection.execute(
        " union all ".join(
            f"""
            select
                {quoted(table.removeprefix("quarantine."))} as table, aside._landing_id as landing, landing.name,
                quarantine_reason as reason, original
            from {table} as aside
            left join ops.landing as landing
                on landing.source = {quoted(source_of(silver_of(table)))} and landing_id = aside._landing_id
            where {wanted}
            """
            for table in tables
        )
        + f" order by 1, landing, original limit {limit}"
    ).pl()


def read_up_to(connection: Connection) -> dict[str, int]:
    """Read the newest landing that each silver table has read, by its quarantine's name."""
    asked = "select landing_id from ops.progress where table_name = ?"
    return {table: scalar(connection, asked, [silver_of(table)]) for table in TABLES}


def held(connection: Connection, up_to: Mapping[str, int]) -> dict[str, int]:
    """Count the readings that each quarantine holds of the landings up to one.

    Quarantines that hold none are left out.
    """
    counts = {
        table: scalar(connection, f"select count(*) from {table} where _landing_id <= {up_to[table]}")
        for table in TABLES
    }
    return {table: count for table, count in counts.items() if count}


def read_again(connection: Connection, tables: Iterable[str]) -> None:
    """Let the next build read every landing of some silver tables again.

    It does the same where their model has changed.

    A reading that is valid today may supersede others, or be superseded; so it is not enough to look at those that
    were set aside. What comes out the same leaves the rest of the lake as it is.
    """
    for table in tables:
        connection.execute("delete from ops.progress where table_name = ?", [silver_of(table)])
