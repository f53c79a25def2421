"""Gates of more than single rows: references, groups, stretches, and sums of other tables."""

from collections.abc import Iterator, Sequence

from wattlake.lake.contracts import Column, columns, spec
from wattlake.lake.contracts.promises import Apart, Group, Total, Unbroken
from wattlake.lake.quality.gates import Gate, Rows
from wattlake.lake.quality.written import Days, WholeTable, Written
from wattlake.lake.sql import named


def gates_of(table: str, written: Written, rows: Rows) -> Iterator[Gate]:
    """List the gates of written rows against others: of their table, and of those referred to.

    Args:
        table: the table.
        written: which of its rows they are.
        rows: the relations of the rows.
    """
    promised, whole = spec(table), _whole(table, written, rows)
    for column in (column for column in columns(table).values() if column.references):
        target = column.references.rpartition(".")[0]
        first, *also = promised.held or ("",)
        is_held = column.name == first
        yield _held(rows, column, also) if is_held else reference(rows, column, whole if target == table else target)
    yield from (_group(rows, group) for group in promised.groups)
    yield from (_apart(table, whole, apart) for apart in promised.apart)
    yield from (_unbroken(table, whole, unbroken) for unbroken in promised.unbroken)
    if isinstance(written, Days):  # Only whole days have sums that can be compared.
        yield from (_total(rows, written, total) for total in promised.totals)


def _whole(table: str, written: Written, rows: Rows) -> str:
    """Write the relation of all rows that the table has in the end, in it by now or not."""
    if isinstance(written, WholeTable):
        return rows.written
    return f"(from {rows.written} union all by name from {table} where not ({written.condition}))"


def reference(rows: Rows, column: Column, target: str) -> Gate:
    """Make the gate of a column that takes only values of another table's.

    Each value is looked for once.

    Args:
        rows: the relations of the rows.
        column: the column.
        target: the relation of the other table's rows.
    """
    name, of = named(column.name), named(column.references.rpartition(".")[2])
    looked_at = f"""
        select {name}, rows, not exists (from {target} as target where target.{of} = taken.{name}) as is_broken
        from (
            select {name}, count(*) as rows from {rows.written} where {name} is not null group by {name}
        ) as taken
    """
    return Gate(_name_of_reference(column), looked_at, "consistency", weight="rows")


def _held(rows: Rows, column: Column, also: Sequence[str]) -> Gate:
    """Make the gate of a column that refers to entries: one holds when the period starts.

    Most owners have one entry over all of their rows: only the rows of the others are looked at one by one.
    """
    target, _, of = column.references.rpartition(".")
    name, keys = named(column.name), ", ".join(map(named, (column.name, *also)))
    same = " and ".join(
        [f"entry.{named(of)} = {{0}}.{name}", *(f"entry.{key} = {{0}}.{key}" for key in map(named, also))]
    )
    lasts = "coalesce(entry.valid_to_utc, timestamp 'infinity')"
    # What is not given is told by its own check.
    given = f"(from {rows.written} where {name} is not null and period_start_utc is not null)"
    looked_at = f"""
        with taken as (
            select {keys}, count(*) as rows, min(period_start_utc) as first_utc, max(period_start_utc) as last_utc
            from {given} group by {keys}
        ),
        covered as (
            from taken where exists (
                from {target} as entry
                where {same.format("taken")} and first_utc >= entry.valid_from_utc and last_utc < {lasts}
            )
        )
        select {keys}, null as period_start_utc, rows, false as is_broken from covered
        union all
        select {keys}, period_start_utc, 1, not exists (
            from {target} as entry
            where {same.format("single")} and single.period_start_utc >= entry.valid_from_utc
                and single.period_start_utc < {lasts}
        )
        from {given} as single semi join (from taken anti join covered using ({keys})) as rest using ({keys})
    """
    return Gate(_name_of_reference(column), looked_at, "consistency", weight="rows")


def _name_of_reference(column: Column) -> str:
    return f"{column.name} is in {column.references}"


def _group(rows: Rows, group: Group) -> Gate:
    by = ", ".join(named(name) for name in group.by)
    listed, grouped = (f"{by}, ", f"group by {by}") if by else ("", "having count(*) > 0")
    looked_at = f"select {listed}count(*) as rows, not ({group.holds}) as is_broken from {rows.written} {grouped}"
    return Gate(group.name, looked_at, group.dimension, group.severity)


def _apart(table: str, whole: str, apart: Apart) -> Gate:
    """Stretches with one value are apart, in the whole table: old may overlap new."""
    key = ", ".join(named(name) for name in spec(table).key)
    stretches = " union all ".join(
        f"select {key}, {named(name)} as shared, valid_from_utc as begins, "
        f"coalesce(valid_to_utc, timestamp 'infinity') as ends from {whole} where {named(name)} is not null"
        for name in apart.of
    )
    looked_at = f"""
        select {key}, shared, begins < max(ends) over (
            partition by shared order by begins, ends rows between unbounded preceding and 1 preceding
        ) as is_broken
        from ({stretches}) where begins < ends
    """
    return Gate(apart.name, looked_at, "uniqueness", apart.severity)


def _unbroken(table: str, whole: str, unbroken: Unbroken) -> Gate:
    """Each stretch lasts until the next with its value begins, in the whole table."""
    of = named(unbroken.of)
    following = f"lead(valid_from_utc) over (partition by {of} order by valid_from_utc)"
    looked_at = f"""
        select {", ".join(named(name) for name in spec(table).key)}, {of}, valid_to_utc, next_from_utc,
            valid_to_utc < coalesce(next_from_utc, timestamp 'infinity') and not ({unbroken.unless}) as is_broken
        from (select *, {following} as next_from_utc from {whole})
    """
    return Gate(unbroken.name, looked_at, "completeness", unbroken.severity)


def _total(rows: Rows, written: Days, total: Total) -> Gate:
    """The days' numbers are the sums of another table's rows of these days."""
    keyed = ", ".join([*(named(name) for name in total.by), "date_trunc('day', period_start_utc) as period_start_utc"])
    ours = ", ".join(f"sum({named(name)}) as {named(name)}" for name, _ in total.sums)
    theirs = ", ".join(f"{aggregate} as {named(name)}" for name, aggregate in total.sums)
    differs = " or ".join(f"days.{named(name)} is distinct from parts.{named(name)}" for name, _ in total.sums)
    by = ", ".join(named(name) for name in (*total.by, "period_start_utc"))
    looked_at = f"""
        select {by}, {differs} as is_broken
        from (select {keyed}, {ours} from {rows.written} group by all) as days
        full join (select {keyed}, {theirs} from {total.table} where {written.condition} group by all) as parts
            using ({by})
    """
    return Gate(f"sums are those of {total.table}", looked_at, "consistency")
