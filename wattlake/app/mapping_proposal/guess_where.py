"""Guesses at which rows hold readings: none of gas, of reactive energy, of sums."""

from wattlake.app.mapping_proposal.guess_rows import MOST_WORDS, SPELLED, is_of_units
from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import ELECTRICITY_ROW, OTHER_COMMODITY_ROW, SUM_ROW

MANY_METERS = 1_000


def guess_where(guess: Guess, sheet: Sheet) -> list[bool]:
    """Note which rows hold no reading; returns which do, or nothing where all do."""
    kept = [True] * len(sheet.head.rows)
    for left_out in (_other_commodities(guess, sheet), _other_units(guess, sheet), _sums(guess, sheet)):
        kept = [is_kept and not out for is_kept, out in zip(kept, left_out or [False] * len(kept), strict=True)]
    return kept if not all(kept) and any(kept) else []


def _other_commodities(guess: Guess, sheet: Sheet) -> list[bool]:
    """Note the column that tells electricity from gas or water, and leave out what is none."""
    for name in sheet.words:
        words = sorted(set(sheet.head.column(name)))
        electric = [word for word in words if ELECTRICITY_ROW.search(word) and not OTHER_COMMODITY_ROW.search(word)]
        others = [word for word in words if OTHER_COMMODITY_ROW.search(word)]
        if electric and others and len(words) <= MOST_WORDS:
            guess.set(f"where.{name}", electric, f"rows of `{'`, `'.join(others)}` hold no electricity")
            return [cell not in electric for cell in sheet.head.cells(name)]
    return []


def _other_units(guess: Guess, sheet: Sheet) -> list[bool]:
    """Note the column of units, and leave out what is no active energy or power, such as kvarh."""
    for name in sheet.words:
        units = sorted(set(sheet.head.column(name)))
        others = [unit for unit in units if unit.casefold() not in SPELLED]
        if is_of_units(name, units) and others and len(others) < len(units):
            listed = "`, `".join(others)
            guess.set(f"where_not.{name}", others, f"`{listed}` is no active energy")
            guess.notes.append(f"Rows in `{listed}` hold no active energy: they are left out.")
            return [cell in others for cell in sheet.head.cells(name)]
    return []


def _sums(guess: Guess, sheet: Sheet) -> list[bool]:
    """Note the column whose rows are of meters but for some that are their sum."""
    for name in (*sheet.words, *sheet.numbers):
        cells = sheet.head.cells(name)
        words = sorted({cell for cell in set(cells) if SUM_ROW.fullmatch(cell)})
        if words and len({*cells} - {*words}) and len({*cells}) <= MANY_METERS:
            listed = "`, `".join(words)
            guess.set(f"where_not.{name}", words, "sums of others by their name; leave this out if it is a meter")
            guess.notes.append(f"Rows with `{listed}` in `{name}` are taken for sums: they hold no reading.")
            return [cell in words for cell in cells]
    return []
