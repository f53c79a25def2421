"""A guess at the columns of energy: consumed and produced, or one per meter."""

import re
from dataclasses import dataclass
from pathlib import Path

from wattlake.app.mapping_proposal.column_choice import at_the_grid, meter_columns, narrowed
from wattlake.app.mapping_proposal.guessed import GUIDES_TO_MAPPINGS, Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.numbers import signed_first
from wattlake.app.mapping_proposal.sheet import Sheet, is_constant, is_of_something_else, is_whole
from wattlake.app.mapping_proposal.words import (
    CONSUMED,
    DELIVERED,
    ENERGY,
    PRODUCED,
    SUM,
    SUM_OF_DAY,
    TARIFF,
    UNITS,
    WITHDRAWN,
)


@dataclass(frozen=True)
class Values:
    """The columns of energy: of what was consumed, of what was produced, or of one meter each."""

    consumed: list[str]
    produced: list[str]
    meters: list[str]

    @property
    def all(self) -> list[str]:
        """List all of the columns."""
        return [*self.consumed, *self.produced, *self.meters]


def guess_values(guess: Guess, sheet: Sheet, path: Path, given: Given, taken: list[str]) -> Values:
    """Note the columns of energy.

    Args:
        guess: takes it.
        sheet: the columns.
        path: the file.
        given: what the user said.
        taken: columns that hold something else.

    Raises:
        NoProposalError: there is none, or several could be it.
    """
    values = _given(sheet, given) or _find(sheet, path, [name for name in sheet.numbers if name not in taken])
    for key, names in (("value", values.consumed), ("production", values.produced)):
        if names:
            guess.set(f"columns.{key}", names if len(names) > 1 else names[0])
    if values.meters:
        guess.set("columns.meters", values.meters)
    elif not values.consumed:
        guess.drop("columns.production")
        guess.set("columns.value", values.produced if len(values.produced) > 1 else values.produced[0])
        guess.set("energy.sign", "production", f"as the name `{values.produced[0]}` says")
    return values


def _given(sheet: Sheet, given: Given) -> Values | None:
    names = [*given.values, *given.production]
    if missing := [name for name in names if name not in sheet.head.names]:
        there = "`, `".join(sheet.head.names)[:300]
        raise NoProposalError(f"There is no column `{missing[0]}`; there are `{there}`.")
    return Values([*given.values], [*given.production], []) if names else None


def _find(sheet: Sheet, path: Path, numbers: list[str]) -> Values:
    candidates = [name for name in numbers if _can_be_energy(sheet, name)]
    if not candidates:
        why = f"Its numbers are in `{'`, `'.join(numbers)[:200]}`, which is no energy. " if numbers else ""
        raise NoProposalError(
            f"{path} has no column of numbers that are energy. {why}"
            f"Name the column with --value if it is, or write its mapping by hand; {GUIDES_TO_MAPPINGS}."
        )
    if meters := meter_columns([name for name in candidates if not SUM.search(name)]):
        return Values([], [], meters)
    in_kwh = [name for name in candidates if _names_unit(sheet, name)]
    candidates = in_kwh or candidates
    candidates = [name for name in candidates if not SUM_OF_DAY.search(name)] or candidates
    produced = [
        name
        for name in candidates
        if PRODUCED.search(name)
        and not re.search(r"consum|verbrauch|import", name, re.I)
        and not _is_of_both(sheet, name)
    ]
    if any(WITHDRAWN.search(name) for name in candidates):
        produced += [name for name in candidates if DELIVERED.search(name) and name not in produced]
    consumed = [name for name in candidates if name not in produced]
    consumed = _best(consumed, CONSUMED) or _best(consumed, ENERGY) or consumed
    consumed, produced = (narrowed(sheet, names) for names in at_the_grid(consumed, produced))
    for names, option in ((consumed, "--value"), (produced, "--production")):
        _expect_one(path, names, option, consumed=consumed, produced=produced)
    return Values(consumed, produced, [])


def _best(names: list[str], words: re.Pattern[str]) -> list[str]:
    return [name for name in names if words.search(name)]


def _can_be_energy(sheet: Sheet, name: str) -> bool:
    unit = sheet.head.unit_of(name)
    if is_of_something_else(name, unit):
        return False
    is_named = _names_unit(sheet, name) or PRODUCED.search(name) or CONSUMED.search(name)
    if is_constant(sheet.head, name) and not is_named:
        return False
    # Ids are whole numbers of many digits that hardly ever change.
    cells = sheet.head.column(name)
    return bool(is_named) or not (
        is_whole(sheet.head, name) and len(set(cells)) * 10 < len(cells) and len(cells[0]) > 5
    )


def _is_of_both(sheet: Sheet, name: str) -> bool:
    """Say whether a column has consumption and production, with a sign: "Bezug/Einspeisung"."""
    is_signed = any(signed_first(cell).startswith("-") for cell in sheet.head.column(name))
    return is_signed and CONSUMED.search(name) is not None


def _names_unit(sheet: Sheet, name: str) -> bool:
    text = sheet.head.unit_of(name) or name
    return any(pattern.search(text) for pattern in UNITS.values())


def _expect_one(path: Path, names: list[str], option: str, *, consumed: list[str], produced: list[str]) -> None:
    """Expect one column, or the tariffs of one.

    Raises:
        NoProposalError: there are several, and nothing says which is meant or whether they are summed.
    """
    both = "" if option == "--production" or not produced else f" (`{'`, `'.join(produced)}` is production)"
    if len(names) > 1 and not all(TARIFF.search(name) for name in names):
        listed = "`, `".join(names)[:300]
        raise NoProposalError(
            f"{path} has several columns that can be its energy: `{listed}`{both}. "
            f"Say which with {option} 'NAME', or give {option} several times for columns that are summed."
        )
