"""Dates whose day and month may change places: all rows decide which comes first."""

import re
from dataclasses import replace
from pathlib import Path

from wattlake.app.mapping_proposal.guessed import NoProposalError
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.stamps import Stamps
from wattlake.app.mapping_proposal.whole_file import WholeFile
from wattlake.lake.mapping import AnyMapping, RegisterMapping
from wattlake.lake.mapping.readings import DOUBTFUL_ORDER, OTHER_ORDER
from wattlake.lake.mapping.times import swapped_order

DATE = re.compile(r"\D{0,5}(\d\d?)([/-])(\d\d?)\2(\d{4}|\d\d)(?!\d)")
MONTHS = 12
DAY_FIRST, MONTH_FIRST = "day first", "month first"
WAY_OUT = (
    "Up to the 12th nothing shows which is meant. Fetch the file with one way of writing dates, or cut it in two and "
    "write a mapping for each part (`time.format`)."
)


def expect_one_order(path: Path, head: Head) -> None:
    """Refuse a file that has dates with the day first and others with the month first.

    Raises:
        NoProposalError: there is such a column; with a line of each.
    """
    for name in head.names:
        first: dict[str, int] = {}
        for line, cell in enumerate(head.cells(name)):
            date = DATE.match(cell)
            if date and (int(date[1]) > MONTHS) != (int(date[3]) > MONTHS):
                first.setdefault(DAY_FIRST if int(date[1]) > MONTHS else MONTH_FIRST, line)
        if len(first) > 1:
            lines = " and ".join(
                f"`{head.cells(name)[line][:20]}` in line {head.lines[line]} has the {order}"
                for order, line in first.items()
            )
            raise NoProposalError(f"{path}: the dates in `{name}` are written in two ways: {lines}. {WAY_OUT}")


def expect_one_order_in(path: Path, whole: WholeFile) -> None:
    """Refuse a file of which a mapping reads some dates only the other way round.

    Raises:
        NoProposalError: it does.
    """
    lines = {reason: line for reason, _, line in whole.reasons.rows() if reason in (OTHER_ORDER, DOUBTFUL_ORDER)}
    if lines:
        shown = next((lines[reason] for reason in (OTHER_ORDER, DOUBTFUL_ORDER) if reason in lines), 0)
        raise NoProposalError(
            f"{path}: dates are written in two ways: in line {shown} day and month stand the other way round. {WAY_OUT}"
        )


def is_against(whole: WholeFile) -> bool:
    """Say whether a file has dates that only fit the other order than they were read in."""
    return OTHER_ORDER in whole.reasons["reason"]


def other_order_of(mapping: AnyMapping) -> str:
    """Give the order of day and month that a mapping does not have."""
    time_format = "" if isinstance(mapping, RegisterMapping) else mapping.time.formats[0]
    return DAY_FIRST if time_format.find("%m") < time_format.find("%d") else MONTH_FIRST


def in_order(sheet: Sheet, order: str) -> Sheet:
    """Give the columns with dates read in an order of day and month, where they can be."""
    if not order:
        return sheet
    instants, dates = (
        {name: _in_order(stamps, order) for name, stamps in columns.items()}
        for columns in (sheet.instants, sheet.dates)
    )
    return replace(sheet, instants=instants, dates=dates)


def _in_order(stamps: Stamps, order: str) -> Stamps:
    marks = ("%d", "%m") if order == DAY_FIRST else ("%m", "%d")
    fitting = [
        fit for fit in stamps.fits
        if swapped_order(fit.time_format) and fit.time_format.find(marks[0]) < fit.time_format.find(marks[1])
    ]  # fmt: skip
    return replace(stamps, fits=fitting or stamps.fits)
