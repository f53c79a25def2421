"""A guess at whose the readings are: a column, a line before the header, or the file's name."""

import re
from collections.abc import Sequence
from pathlib import Path

from wattlake.app.mapping_proposal.crowding import clashes, stands_often
from wattlake.app.mapping_proposal.guess_times import Instants
from wattlake.app.mapping_proposal.guessed import Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.meter_above import CUT_ID, find_above, header_names
from wattlake.app.mapping_proposal.sheet import Sheet, can_be_ids, is_constant, is_of_something_else
from wattlake.app.mapping_proposal.words import (
    IDENTITY,
    METER,
    MISSING_WORDS,
    NOT_IDENTITY,
    OFFICIAL,
    PRODUCTION_ROW,
    TOTAL,
)

MUST_BE_THERE = 0.95
FEW_OF_ROWS = 10
SHORT = 4


def guess_meter(guess: Guess, sheet: Sheet, at: Instants, path: Path, given: Given, also: Sequence[str]) -> str:
    """Note the column that names the meter, or else its id.

    Args:
        guess: takes it.
        sheet: the columns.
        at: the instants of the rows.
        path: the file.
        given: what the user said.
        also: columns that tell rows of one meter apart, such as the direction.

    Returns:
        The column; empty where there is none.

    Raises:
        NoProposalError: the ids were cut by a spreadsheet, or the user's column is not there.
    """
    if given.meter:
        return _given(guess, sheet.head, given.meter)
    candidates = sorted(_candidates(sheet, also), key=lambda name: _rank(sheet.head, name), reverse=True)
    for name in candidates:
        _expect_whole_ids(sheet.head, name, path)
    chosen, why = _choose(sheet, at, candidates, also)
    if chosen:
        guess.set("columns.meter", chosen, why)
        _tell_production(guess, sheet.head, chosen)
        return chosen
    above = find_above(sheet.head)
    if above and above.name:
        guess.set("recognise.header", header_names(sheet.head))
        guess.set("recognise.above", [above.name])
        guess.drop("file.skip_lines")
        guess.set(
            "columns.meter", above.name, f"above the header, in line {above.line}: `{above.meter_id}` in this file"
        )
    elif above:
        remark = f"from line {above.line} of this file; files of other meters need other mappings"
        guess.set("columns.meter_id", above.meter_id, remark)
    else:
        guess.set("columns.meter_id", path.name.partition(".")[0], "no column names the meter: this is the file's name")
    return ""


def _tell_production(guess: Guess, head: Head, name: str) -> None:
    """Note meters whose ids say that they count production, which a register has to say."""
    produced = [cell for cell in dict.fromkeys(head.column(name)) if len(cell) > SHORT and PRODUCTION_ROW.search(cell)]
    if produced and len(produced) < len(set(head.column(name))):
        guess.notes.append(
            f"`{'`, `'.join(produced[:3])}` seems to be production: give it as `production_meter_id` in the register."
        )


def _given(guess: Guess, head: Head, name: str) -> str:
    if name not in head.names:
        raise NoProposalError(
            f"There is no column `{name}` for the meter; there are `{'`, `'.join(head.names)[:300]}`."
        )
    guess.set("columns.meter", name)
    return name


def _candidates(sheet: Sheet, also: Sequence[str]) -> list[str]:
    """List the columns that can name meters: filled, not measured, and few against the rows."""
    head = sheet.head
    names = []
    for name in [*sheet.words, *sheet.numbers]:
        cells = head.column(name)
        is_filled = len(cells) >= MUST_BE_THERE * len(head.rows)
        if name in also or not is_filled or any(MISSING_WORDS.fullmatch(cell) for cell in set(cells)):
            continue
        is_number = name in sheet.numbers and not all(CUT_ID.fullmatch(cell) for cell in cells)
        if is_number and (not can_be_ids(head, name) or is_of_something_else(name, head.unit_of(name))):
            continue
        is_few = len(set(cells)) <= max(1, len(head.rows) // (FEW_OF_ROWS if is_number else 2))
        if is_few or (_rank(head, name)[0] > 1 and not is_number):
            names.append(name)
    return names


def _rank(head: Head, name: str) -> tuple[int, bool, int]:
    """Rate a column as the one that names the meter, by its name and its digits."""
    if NOT_IDENTITY.search(name) or (TOTAL.search(name) and not OFFICIAL.search(name)):
        rank = 3 if OFFICIAL.search(name) and not re.search(r"typ|status", name, re.IGNORECASE) else -1
    else:
        rank = 3 if OFFICIAL.search(name) else 2 if METER.search(name) else 1 if IDENTITY.search(name) else 0
    cells = head.column(name)[:50]
    return rank, all(re.search(r"\d", cell) for cell in cells), len(cells[0]) if cells else 0


def _choose(sheet: Sheet, at: Instants, candidates: list[str], also: Sequence[str]) -> tuple[str, str]:
    head = sheet.head
    measured = [name for name in sheet.numbers if not is_constant(head, name)] or sheet.numbers
    rows = list(zip(*(head.cells(name) for name in measured), strict=True)) if measured else [()] * len(head.rows)
    keys_given = list(zip(*(head.cells(name) for name in also), strict=True)) if also else [()] * len(head.rows)
    is_crowded = bool(clashes(at, keys_given, rows)) or stands_often(at, keys_given)
    named = next((name for name in candidates if _rank(head, name)[0] > 1), "")
    for name in candidates:
        rank = _rank(head, name)[0]
        if named and rank < 2:  # What tells the rows of a named meter apart is something else.
            break
        if not is_crowded and (rank > 1 or (rank == 1 and is_constant(head, name))):
            return name, ""
        keys = [(cell, *others) for cell, others in zip(head.cells(name), keys_given, strict=True)]
        if is_crowded and rank >= 0 and not stands_often(at, keys) and not clashes(at, keys, rows):
            return name, "" if rank > 1 else "because with it each time stands once"
    return named, ""


def _expect_whole_ids(head: Head, name: str, path: Path) -> None:
    """Refuse ids that are numbers to a spreadsheet.

    Raises:
        NoProposalError: one is.
    """
    cut = next((cell for cell in head.column(name) if CUT_ID.fullmatch(cell)), "")
    if cut:
        raise NoProposalError(
            f"{path}: `{name}` holds `{cut}`, which is no meter's id: a spreadsheet has cut the ids, and several may "
            "have become one. Fetch the file again, and do not save it in a spreadsheet."
        )
