"""List the commits that are kept: by whom, when, and what they changed."""

import polars as pl

from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.changed_tables import names_of_tables
from wattlake.lake.store.snapshots import written_stretches

WORDS = {
    "schemas_created": "created",
    "tables_created": "created",
    "views_created": "created",
    "tables_altered": "altered",
    "tables_dropped": "dropped",
    "views_dropped": "dropped",
    "merge_adjacent": "merged files of",
    "rewrite_delete": "rewrote files of",
}
MOST_NAMED = 10
"""At most so many tables and views that came or went are named."""


def commits(connection: Connection, limit: int, table: str | None = None) -> pl.DataFrame:
    """List the newest commits, newest first.

    Args:
        connection: to the lake.
        limit: how many at most.
        table: only commits that concern this table, with the rows of it that they inserted and deleted.

    Returns:
        ``snapshot``, ``committed_at_utc``, ``run``, ``run_id`` and ``changed``, in words; of one table also
        ``rows_inserted`` and ``rows_deleted``, empty for the oldest snapshot that is kept: how it came about is not.

    Raises:
        ValueError: there is no such table.
    """
    if table and table not in contracts():
        raise ValueError(f"There is no table `{table}`. `wattlake status` lists them; one is silver.meter_reading.")
    names = names_of_tables(connection)
    snapshots = connection.execute(
        "select snapshot_id, snapshot_time::timestamp, commit_message, commit_extra_info, changes "
        "from ducklake_snapshots('lake') order by snapshot_id desc"
    ).fetchall()
    rows: list[tuple[object, ...]] = []
    for snapshot, committed, run, run_id, changes in snapshots:
        tables_by_kind = {
            kind: sorted(names.get(number, number) for number in numbers) for kind, numbers in changes.items()
        }
        if len(rows) < limit and (table is None or any(table in tables for tables in tables_by_kind.values())):
            rows.append((snapshot, committed, run, run_id, _in_words(tables_by_kind)))
    listed = pl.DataFrame(
        rows,
        schema={"snapshot": pl.Int64, "committed_at_utc": pl.Datetime, "run": pl.String, "run_id": pl.String}
        | {"changed": pl.String},
        orient="row",
    )
    return listed if table is None else _with_rows(connection, listed, table)


def _in_words(changes: dict[str, list[str]]) -> str:
    """Tell in words what a commit changed.

    Tables whose rows were replaced are told apart from those of which rows only came or went.

    Locks, which every writer takes with PostgreSQL, are left out; of all that a new lake has only the number is told.
    """
    named = {kind: [table for table in tables if ".lock_" not in table] for kind, tables in sorted(changes.items())}
    came, went = named.pop("tables_inserted_into", []), named.pop("tables_deleted_from", [])
    named.pop("views_altered", None)  # Their comments were written.
    by_word: dict[str, list[str]] = {}
    for kind, tables in named.items():
        by_word.setdefault(WORDS.get(kind, kind), []).extend(tables)
    by_word |= {
        "replaced rows of": [table for table in came if table in went],
        "inserted into": [table for table in came if table not in went],
        "deleted from": [table for table in went if table not in came],
    }
    told_of = _told_apart(by_word.pop("created", []), by_word.pop("dropped", [])) | by_word
    return "; ".join(f"{word} {', '.join(tables)}" for word, tables in told_of.items() if tables)


def _told_apart(created: list[str], dropped: list[str]) -> dict[str, list[str]]:
    """Tell apart what was created, what was dropped and which views were made anew.

    The catalog lists a view that was made anew as dropped and created.
    """
    both = [name for name in dropped if name in created]
    kinds = {
        "created": ([name for name in created if name not in both], "schemas, tables and views"),
        "made anew": (both, "views"),
        "dropped": ([name for name in dropped if name not in both], "tables and views"),
    }
    return {
        word: [f"{len(names)} {kind}"] if len(names) > MOST_NAMED else names for word, (names, kind) in kinds.items()
    }


def _with_rows(connection: Connection, listed: pl.DataFrame, table: str) -> pl.DataFrame:
    """Count the rows of one table that each commit inserted and deleted."""
    schema, _, name = table.partition(".")
    oldest = scalar(connection, "select min(snapshot_id) from ducklake_snapshots('lake')")
    snapshots = [snapshot for snapshot in listed["snapshot"] if snapshot > oldest] if not is_view(table) else []
    stretches = list(written_stretches(connection, min(snapshots) - 1, max(snapshots))) if snapshots else []
    for kind, column in (("insertions", "rows_inserted"), ("deletions", "rows_deleted")):
        counts: dict[int, int] = {}
        for first, last in stretches:
            feed = f"ducklake_table_{kind}('lake', '{schema}', '{name}', {first}, {last})"
            counts |= dict(connection.execute(f"select snapshot_id, count(*) from {feed} group by all").fetchall())
        rows = [counts.get(snapshot, 0) if snapshot in snapshots else None for snapshot in listed["snapshot"]]
        listed = listed.with_columns(pl.Series(column, rows, dtype=pl.Int64))
    return listed
