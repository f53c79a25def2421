"""The files of all tables, as the catalog names them.

It tells for which snapshots each is needed, how large it is, and its hash.
"""

from dataclasses import dataclass

import duckdb

from wattlake.lake.sql import Connection
from wattlake.lake.store.identity import METADATA

HASHES = "wattlake_file_hash"
"""The catalog's table of the data and delete files' SHA-256, beside DuckLake's own tables."""

OF_KIND = f"""
select
    schema.schema_name || '.' || "table".table_name,
    'tables/' || schema.path || "table".path || file.path,
    file.file_size_bytes, {{sha256}}, {{rows}}, file.{{kind}}_file_id, file.data_file_id, file.table_id,
    file.begin_snapshot, file.end_snapshot
from {METADATA}.ducklake_{{kind}}_file as file
inner join (
    select distinct on (table_id) table_id, schema_id, table_name, path
    from {METADATA}.ducklake_table order by table_id, begin_snapshot desc
) as "table" using (table_id)
inner join (select distinct schema_id, schema_name, path from {METADATA}.ducklake_schema) as schema using (schema_id)
{{hashes}}
where file.{{kind}}_file_id > {{after_file}}
"""
WITH_HASHES = (
    f"left join (select file_id, min(sha256) as sha256 from {METADATA}.{HASHES} group by all) as hashes "
    "on hashes.file_id = file.{kind}_file_id"
)


@dataclass(frozen=True)
class TableFile:
    """A file of a table.

    Attributes:
        table: whose rows it holds.
        path: below the lake's data.
        size: in bytes.
        sha256: of its bytes, where it has been hashed.
        rows: of a data file; ``None`` for one of deletes.
        file_id: its number.
        data_file_id: its own, or that of the data file whose rows it deletes.
        table_id: the table's number.
        begin_snapshot: the first snapshot that needs it.
        end_snapshot: the first that no longer does; ``None`` where the newest does.
    """

    table: str
    path: str
    size: int
    sha256: str | None
    rows: int | None
    file_id: int
    data_file_id: int
    table_id: int
    begin_snapshot: int
    end_snapshot: int | None


def table_files(connection: Connection, after_file: int = -1) -> list[TableFile]:
    """List the data and delete files that the catalog names for any kept snapshot.

    Files with a number of ``after_file`` or less are left out.
    """
    sha256, hashes = ("hashes.sha256", WITH_HASHES) if has_hashes(connection) else ("null", "")
    of_kinds = (
        OF_KIND.format(kind=kind, rows=rows, sha256=sha256, hashes=hashes.format(kind=kind), after_file=after_file)
        for kind, rows in (("data", "file.record_count"), ("delete", "null"))
    )
    return [TableFile(*row) for row in connection.execute(" union all ".join(of_kinds)).fetchall()]


def has_hashes(connection: Connection) -> bool:
    """Say whether the catalog has its table of hashes."""
    try:
        connection.execute(f"select 1 from {METADATA}.{HASHES} limit 0")
    except duckdb.CatalogException:
        return False
    return True
