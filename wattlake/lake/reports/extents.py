"""How far tables and views have come: their rows and their newest instant."""

from wattlake.lake.contracts import columns
from wattlake.lake.store.connection import Connection, quoted
from wattlake.lake.store.extents import Extent, known_extents


def extents_of(connection: Connection, names: list[str]) -> dict[str, Extent]:
    """Give the extent of each table and view.

    Views, and what the catalog does not know, are counted in one query.
    """
    instants = {name: instant for name in names if (instant := _instant(name))}
    extents = {name: extent for name, extent in known_extents(connection, instants).items() if name in names}
    newest = {name: f"max({instants[name]})" if name in instants else "null" for name in names}
    counts = [
        f"select {quoted(name)}, count(*), {newest[name]}::timestamp from {name}"
        for name in names
        if name not in extents
    ]
    rows = connection.execute(" union all ".join(counts)).fetchall() if counts else []
    return extents | {name: Extent(*extent) for name, *extent in rows}


def _instant(name: str) -> str:
    """Give the column whose newest value tells how far a table has come; empty if none."""
    if name.partition(".")[2].startswith(("dim_time", "calendar")):
        return ""
    instants = ("period_start_utc", "fetched_at_utc", "started_at_utc")
    return next((instant for instant in instants if instant in columns(name)), "")
