"""The meter's id in the lines above the header."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wattlake.app.mapping_proposal.cutting import bare
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.words import METER, NOT_IDENTITY, OFFICIAL

CUT_ID = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
OFFICIAL_ID = re.compile(r"((AT|DE|CH|LU)\w{31}|ES\d{16}\w{2,6}|FR\d{14}|\d{13,18}|IT\d{3}E\d{8})")
CELLS_OF_A_PAIR = 2


class Above(NamedTuple):
    """A meter's id above the header.

    Attributes:
        meter_id: as written.
        line: in which it stands, of those that hold anything.
        name: the cell that names it, beside it or above it; empty where a reader cannot find it by one.
    """

    meter_id: str
    line: int
    name: str


def find_above(head: Head) -> Above | None:
    """Find the meter's id above the header: by its name, or as what operators give out."""
    rows = [[bare(cell) for cell in row] for row in head.before]
    for above in _named(rows):
        if re.search(r"\d{3}", above.meter_id) and not CUT_ID.fullmatch(above.meter_id):
            has_header = head.layout.get("header", True) and not head.is_of_records
            is_clear = has_header and sum(above.name in row for row in rows) == 1
            return above if is_clear else above._replace(name="")
    ids = (
        (match[0], line) for line, row in enumerate(rows, 1) for cell in row if (match := OFFICIAL_ID.fullmatch(cell))
    )
    return next((Above(meter_id, line, "") for meter_id, line in ids), None)


def _named(rows: list[list[str]]) -> Iterator[Above]:
    """Give what stands beside or below a name of meters."""
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else []
        for position, cell in enumerate(row):
            name, _, behind = cell.partition(":")
            if not (OFFICIAL.search(name) or METER.search(name)) or NOT_IDENTITY.search(name):
                continue
            if behind.strip():
                yield Above(behind.strip(), number + 1, "")
            elif len([text for text in row if text]) == CELLS_OF_A_PAIR and position == 0:
                yield Above(row[1], number + 1, cell.rstrip(":"))
            elif position < len(below):
                yield Above(below[position], number + 2, cell.rstrip(":"))


def header_names(head: Head) -> list[str]:
    """List the names that the header has itself."""
    return [name for name in head.names if not re.fullmatch(r"column \d+|.* \(\d+\)", name)]
