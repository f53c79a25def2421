"""Count the rows and the readings of a workbench."""

from wattlake.lake.build.duplicates import Workbench
from wattlake.lake.mapping.readings import NO_READING
from wattlake.lake.sql import scalar


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
