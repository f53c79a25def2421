"""A guess at how numbers are written, and at the cells that stand for no value."""

from collections import Counter

from wattlake.app.mapping_proposal.guess_values import Values
from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.numbers import Notation, is_number, notation
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import MISSING_WORDS, SENTINELS

FAR_BEYOND = 20


def guess_notation(guess: Guess, sheet: Sheet, values: Values) -> Notation:
    """Note the decimal and the grouping mark, and the cells that stand for no value."""
    cells = [cell for name in values.all for cell in sheet.head.column(name)]
    written = notation(cells)
    guess.set("energy.decimal", written.decimal)
    if written.thousands:
        guess.set(
            "energy.thousands",
            "'" if written.thousands == "’" else " " if written.thousands.isspace() else written.thousands,
        )
    missing = sorted({cell for cell in cells if not is_number(cell) and MISSING_WORDS.fullmatch(cell)})
    if sentinel := _sentinel([cell for cell in cells if is_number(cell)], written):
        missing.append(sentinel)
        guess.notes.append(f"`{sentinel}` is taken for a missing value: no other number is like it.")
    if missing:
        guess.set("energy.missing", missing)
    return written


def _sentinel(cells: list[str], written: Notation) -> str:
    """Find the number that stands for none: below 0 where no other is, or far beyond all others."""
    counted = Counter(cells)
    amounts = {cell: amount for cell in counted if (amount := written.amount(cell)) is not None}
    for cell, amount in amounts.items():
        others = [abs(other) for other_cell, other in amounts.items() if other_cell != cell]
        if amount not in SENTINELS or not others:
            continue
        if amount < 0 and all(other >= 0 for other_cell, other in amounts.items() if other_cell != cell):
            return cell
        if amount > 0 and counted[cell] > 1 and amount > FAR_BEYOND * max(others):
            return cell
    return ""
