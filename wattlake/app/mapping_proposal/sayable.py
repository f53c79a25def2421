"""Files that no mapping can describe, refused before anything is guessed."""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.guessed import NoProposalError
from wattlake.app.mapping_proposal.head import Head

OF_A_LIST = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)\.(\d+)\.(.+)")
"""A value in an item of a list: `readings.2.kwh`, but not the register `1.8.0`."""
OFFSET = re.compile(r"(UTC|GMT)?\s*[+-]\d\d?(:?\d\d)?|Z")
OFFSET_NAME = re.compile(r"offset|utc|gmt|zone", re.IGNORECASE)


def expect_sayable(head: Head, path: Path) -> None:
    """Refuse readings in lists within records, and times whose offset has a column of its own.

    Raises:
        NoProposalError: it is such a file; with what to change.
    """
    lists = {match[1] for name in head.names if (match := OF_A_LIST.fullmatch(name)) and int(match[2]) > 1}
    if lists:
        raise NoProposalError(
            f"{path}: each record holds a list, `{min(lists)}`, so that a reading is no record of its own. "
            "Export a record for each reading, with the meter in it; or, where the file is of one meter, say "
            "`file.records` in a mapping (docs/meter-files.md)."
        )
    for name in head.names:
        cells = head.column(name)
        if cells and OFFSET_NAME.search(name) and all(OFFSET.fullmatch(cell.strip()) for cell in cells):
            raise NoProposalError(
                f"{path}: `{name}` says how far each time is from UTC, which a mapping reads only behind the time "
                "itself, such as 2024-07-01 00:00+02:00. Join the two columns."
            )
