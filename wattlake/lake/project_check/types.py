"""Say whether values of one type can be written to a column of another without a loss."""

import re

WHOLE = ("tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint")
DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def fits(given: str, wanted: str, *, is_exact: bool) -> bool:
    """Say whether a column takes values of a type.

    Numbers fit numbers, but for fractions in whole ones, and a day an instant; all else must be the same.

    Args:
        given: the type of the values, as DuckDB writes it in small letters.
        wanted: the type of the column.
        is_exact: whether it must be the very type, as a view has no column of its own.
    """
    if given == wanted or (given == '"null"' and not is_exact):
        return True
    if is_exact:
        return False
    if wanted == "bigint":
        return given in WHOLE
    if wanted == "double" or DECIMAL.fullmatch(wanted):
        return given in (*WHOLE, "double", "float") or DECIMAL.fullmatch(given) is not None
    return wanted == "timestamp" and given == "date"
