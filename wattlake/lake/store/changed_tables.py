"""Tell by their names which tables and views some snapshots changed."""

from wattlake.lake.sql import Connection
from wattlake.lake.store.identity import METADATA


def names_of_tables(connection: Connection) -> dict[str, str]:
    """Read the names of tables and views by their number in the catalog.

    Those that were dropped since are among them.
    """
    names = connection.execute(
        f"""
        select distinct relation.id::varchar, schemas.schema_name || '.' || relation.name
        from (
            select table_id as id, table_name as name, schema_id from {METADATA}.ducklake_table
            union all
            select view_id, view_name, schema_id from {METADATA}.ducklake_view
        ) as relation
        inner join {METADATA}.ducklake_schema as schemas using (schema_id)
        """
    ).fetchall()
    return dict(names)


def changed_tables(connection: Connection, since: int, until: int) -> frozenset[str]:
    """List the tables and views that the snapshots after one of them changed, up to another."""
    numbers = connection.execute(
        "select distinct unnest(flatten(map_values(changes))) from ducklake_snapshots('lake') "
        f"where snapshot_id between {since + 1} and {until}"
    ).fetchall()
    names = names_of_tables(connection)
    return frozenset(names[number] for (number,) in numbers if number in names)
