"""Find landings of which every row was set aside, so that nobody uses them."""

from wattlake.lake.contracts import source_of
from wattlake.lake.contracts.quarantine import silver_of
from wattlake.lake.foreign_text import shown
from wattlake.lake.reports.quarantine import TABLES
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.extents import known_extents

MOST_TOLD = 10
ROWS_SET_ASIDE = """
    select
        {source} as source, _landing_id as landing_id, {table} as table_name, quarantine_reason as reason,
        coalesce(original ->> '$.line', cast(rowid as varchar)) as row_of_landing
    from {quarantine}
    where _landing_id not in (select distinct _landing_id from {silver})
"""
"""A row of a mapped file, known by its line, may hold many readings."""

WHOLE = """
    with row_set_aside as ({rows}),

    landing as (
        from ops.landing
        qualify landing_id = max(landing_id) over (partition by source, name)
    )

    select
        source, landing_id, any_value(landing.name), any_value(landing.rows), mode(row_set_aside.reason),
        mode(row_set_aside.table_name)
    from row_set_aside inner join landing using (source, landing_id)
    group by source, landing_id
    having count(distinct (row_set_aside.table_name, row_set_aside.row_of_landing)) >= any_value(landing.rows)
    order by source, landing_id
"""


def landings_set_aside(connection: Connection) -> list[str]:
    """Tell of each landing whose rows are all in quarantine.

    Landings whose name was landed again since are left out.
    """
    extents = known_extents(connection, {})
    tables = [table for table in TABLES if table not in extents or extents[table].rows]
    if not tables:
        return []
    rows = " union all ".join(
        ROWS_SET_ASIDE.format(
            source=quoted(source_of(silver_of(table))),
            table=quoted(table.removeprefix("quarantine.")),
            quarantine=table,
            silver=silver_of(table),
        )
        for table in tables
    )
    landings = connection.execute(WHOLE.format(rows=rows)).fetchall()
    sentences = [
        f"All {count:,} rows of `{shown(name)}` of {source} were set aside: {reason}. To see them: "
        f"`wattlake quarantine list {table}`. Correct what it holds, or the mapping, and land it again under its name."
        for source, _, name, count, reason, table in landings[:MOST_TOLD]
    ]
    more = len(landings) - MOST_TOLD
    return [*sentences, f"All rows of {more:,} more landings were set aside."] if more > 0 else sentences
