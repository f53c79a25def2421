"""Read the mappings that files were landed with; their readings are made by what is stored."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from wattlake.lake.contracts import columns
from wattlake.lake.mapping import AnyMapping, read_mapping
from wattlake.lake.mapping.parameters import parameters
from wattlake.lake.mapping.steps import mapped_sql
from wattlake.lake.models.macros import macros_used
from wattlake.lake.sql import Connection, scalar


class LandedMapping(NamedTuple):
    """A mapping with the source that it is of, and the first landing that came with it."""

    source: str
    first_landing: int
    mapping: AnyMapping


def landed_mappings(connection: Connection) -> list[LandedMapping]:
    """Read the mappings of all landings, in the order of their names."""
    if not scalar(connection, "select count(*) from ops.mapping"):
        return []
    stored = connection.execute(
        "select source, min(landing_id), name, content from ops.mapping "
        "inner join (select source, landing_id, mapping from ops.landing) on mapping = name "
        "group by all order by name"
    ).fetchall()
    return [
        LandedMapping(source, first_landing, read_mapping(content, f"The mapping `{name}` in ops.mapping"))
        for source, first_landing, name, content in stored
    ]


def runs_of_landings(
    connection: Connection, mappings: Sequence[LandedMapping], source: str, landings: tuple[int, int]
) -> list[tuple[tuple[int, int], AnyMapping | None]]:
    """Split a source's landings into runs with the same mapping, or with none.

    Each run has its first and last landing and its mapping; runs follow one another.
    """
    by_name = {landed.mapping.name: landed.mapping for landed in mappings if landed.source == source}
    if not by_name:
        return [(landings, None)]
    numbered = connection.execute(
        "select landing_id, mapping from ops.landing where source = ? and landing_id between ? and ? "
        "order by landing_id",
        [source, *landings],
    ).fetchall()
    runs = []
    for name, run in groupby(numbered, key=itemgetter(1)):
        ids = [landing_id for landing_id, _ in run]
        runs.append(((ids[0], ids[-1]), by_name[name] if name else None))
    return runs


def made_by_mappings(mappings: Sequence[LandedMapping], source: str, landing_id: int) -> str:
    """Describe what makes the readings of a source's landings up to one of them.

    These are the SQL and the parameters of their mappings; it is empty where none has a mapping.
    """
    if "cells" not in columns(f"bronze.{source}"):
        return ""
    made_by = [landed.mapping for landed in mappings if landed.source == source and landed.first_landing <= landing_id]
    if not made_by:
        return ""
    used = [macros_used(sql) for sql in mapped_sql().values()]
    return repr((mapped_sql(), used, [parameters(mapping) for mapping in made_by]))
