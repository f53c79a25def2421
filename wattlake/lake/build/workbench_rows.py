"""Count the rows and the readings of a workbench."""

from wattlake.lake.build.duplicates import Workbench, column_names
from wattlake.lake.contracts import columns
from wattlake.lake.mapping.readings import NO_READING
from wattlake.lake.models.source_rows import SET_ASIDE
from wattlake.lake.sql import named, scalar


def leave_readings(bench: Workbench, *, has_lines: bool) -> int:
    """Delete the rows of files that hold no reading of their own.

    Args:
        bench: of the rows.
        has_lines: whether several readings may stand in a line of a file.

    Returns:
        The rows of files that there were.
    """
    rows_read = count_readings(bench, "distinct (_landing_id, line)" if has_lines else "*")
    if has_lines:
        bench.cursor.execute(f"delete from {bench.reading} where {NO_READING}")
    return rows_read


def count_readings(bench: Workbench, of: str = "*") -> int:
    """Count the readings of a workbench, or what is asked of them."""
    return scalar(bench.cursor, f"select count({of}) from {bench.reading}")


def count_rounded(bench: Workbench) -> int:
    """Count the valid readings that had more decimals than six; 0 where the model does not tell."""
    tells = scalar(bench.cursor, f"select count(*) from (describe {bench.reading}) where column_name = 'is_rounded'")
    return count_readings(bench, f"nullif(is_rounded and not ({SET_ASIDE}), false)") if tells else 0


def whole_readings(bench: Workbench, table: str) -> str:
    """Write the relation of a workbench's readings with all columns of a silver table.

    They have their row numbers, too.

    A column that the model leaves empty is not kept with them: to store it and read it again takes three times as long.
    """
    there = column_names(bench, table)
    empty = [
        f"cast(null as {column.sql_type}) as {named(name)}"
        for name, column in columns(table).items()
        if name not in there
    ]
    return f"(select {', '.join(['rowid', '*', *empty])} from {bench.reading})"
