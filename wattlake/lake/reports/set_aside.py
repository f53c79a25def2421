"""Find landings of which every row, or an unusual share, was set aside.

An unusual share is a twentieth of what a source's last run landed, ten rows at least, and more than three times the
share of all that it gave before: less is what files and answers have now and then, and more would pass unseen.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wattlake.lake.contracts import source_of
from wattlake.lake.contracts.quarantine import silver_of
from wattlake.lake.foreign_text import shown
from wattlake.lake.reports.quarantine import TABLES
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.extents import known_extents
from wattlake.lake.store.tables import existing

MOST_TOLD = 10
ROWS_SET_ASIDE = """
    select
        {source} as source, _landing_id as landing_id, {table} as table_name, quarantine_reason as reason,
        coalesce(if(json_valid(original), original ->> '$.line', null), cast(rowid as varchar)) as row_of_landing
    from {quarantine}
"""
"""A row of a mapped file, known by its line, may hold many readings."""
OF_NOTHING_ELSE = "where _landing_id not in (select distinct _landing_id from {silver})"

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

UNUSUAL = """
    with row_set_aside as ({rows}),

    set_aside as (
        select
            source, landing_id, count(distinct (table_name, row_of_landing)) as aside, mode(reason) as reason,
            mode(table_name) as table_name
        from row_set_aside group by source, landing_id
    ),

    landing as (
        from ops.landing
        where source || ' ' || landing_id not in ({whole})
        qualify landing_id = max(landing_id) over (partition by source, name)
    ),

    run as (
        select
            source, run_id, max(landing_id) as last_id, sum(rows) as rows, coalesce(sum(aside), 0) as aside,
            max_by(reason, aside) as reason, max_by(table_name, aside) as table_name,
            max(landing_id) = max(max(landing_id)) over (partition by source) as is_last
        from landing left join set_aside using (source, landing_id)
        group by source, run_id
    ),

    source_so_far as (
        select
            source, sum(aside) filter (where is_last) as aside, sum(rows) filter (where is_last) as rows,
            coalesce(sum(aside) filter (where not is_last) / nullif(sum(rows) filter (where not is_last), 0), 0)
                as usual_ratio,
            max(reason) filter (where is_last) as reason, max(table_name) filter (where is_last) as table_name
        from run group by source
    )

    select source, aside::bigint, rows::bigint, usual_ratio, reason, table_name
    from source_so_far
    where aside >= {least_rows} and aside >= rows * {least_ratio} and aside > rows * usual_ratio * {times}
    order by source
"""
LEAST_ROWS, LEAST_RATIO, TIMES_THE_USUAL = 10, 0.05, 3


def set_aside(connection: Connection) -> list[str]:
    """Tell of landings whose rows are all in quarantine, and of unusual shares of others."""
    extents = known_extents(connection, {})
    tables = [table for table in existing(connection, TABLES) if table not in extents or extents[table].rows]
    if not tables:
        return []
    whole = _whole_landings(connection, tables)
    return [
        *_told_whole(whole),
        *_unusual_shares(connection, tables, [f"{source} {landing_id}" for source, landing_id, *_ in whole]),
    ]


def _rows_set_aside(tables: Iterable[str], among: str = "") -> str:
    """Write the SELECT of the rows in quarantine, of all landings or some."""
    return " union all ".join(
        ROWS_SET_ASIDE.format(
            source=quoted(source_of(silver_of(table))),
            table=quoted(table.removeprefix("quarantine.")),
            quarantine=table,
        )
        + among.format(silver=silver_of(table))
        for table in tables
    )


def _unusual_shares(connection: Connection, tables: Iterable[str], but_for: Iterable[str]) -> Iterator[str]:
    """Tell of each source of whose last run unusually many rows are in quarantine."""
    shares = UNUSUAL.format(
        rows=_rows_set_aside(tables),
        whole=", ".join(quoted(landing) for landing in but_for) or quoted(""),
        least_rows=LEAST_ROWS,
        least_ratio=LEAST_RATIO,
        times=TIMES_THE_USUAL,
    )
    for source, aside, rows, usual_ratio, reason, table in connection.execute(shares).fetchall():
        before = f"usual are {usual_ratio:.1%}" if usual_ratio else "before, there were none"
        yield (
            f"{aside:,} of {rows:,} rows that {source} landed last were set aside ({aside / rows:.0%}; {before}), most "
            f"of them for: {reason}. To see them: `wattlake quarantine list {table}`."
        )


def _whole_landings(connection: Connection, tables: Iterable[str]) -> list[tuple[Any, ...]]:
    rows = _rows_set_aside(tables, OF_NOTHING_ELSE)
    return connection.execute(WHOLE.format(rows=rows)).fetchall()


def _told_whole(landings: Sequence[tuple[Any, ...]]) -> list[str]:
    sentences = [
        f"All {count:,} rows of `{shown(name)}` of {source} were set aside: {reason}. To see them: "
        f"`wattlake quarantine list {table}`. Correct what it holds, or the mapping, and land it again under its name."
        for source, _, name, count, reason, table in landings[:MOST_TOLD]
    ]
    more = len(landings) - MOST_TOLD
    return [*sentences, f"All rows of {more:,} more landings were set aside."] if more > 0 else sentences
