"""The types of columns as a description writes them: DuckDB's names, in small letters or in capitals."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Utc

TYPES: dict[str, Any] = {
    "varchar": str,
    "bigint": int,
    "double": float,
    "boolean": bool,
    "date": date,
    "timestamp": Utc,
}
"""The types that a contract knows, by their names; beside them there is ``decimal(digits, places)``."""

SYNONYMS = {"text": "varchar", "string": "varchar", "integer": "bigint", "int": "bigint", "bool": "boolean"}
DECIMAL = re.compile(r"(?:decimal|numeric)\((\d{1,2}), *(\d{1,2})\)")
MOST_DIGITS = 38


def python_type(written: str) -> Any:  # noqa: ANN401
    """Give the type of a contract's attribute for a written type; ``None`` where there is none such."""
    name = written.strip().lower()
    if match := DECIMAL.fullmatch(name):
        digits, places = int(match[1]), int(match[2])
        return Annotated[Decimal, digits, places] if 0 < digits <= MOST_DIGITS and places <= digits else None
    return TYPES.get(SYNONYMS.get(name, name))
