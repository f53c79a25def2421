"""The choice among columns of energy: one per meter, tariffs, or what crosses the grid."""

import re

from wattlake.app.mapping_proposal.numbers import notation
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import AT_THE_GRID, CONSUMED, PRODUCED, TARIFF, TOTAL

FEWEST_METERS = 2
NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")
LONG_ID = re.compile(r"[A-Z]{0,3}\d{6,}\w*")
SLACK = 1e-6
FEW_ROWS = 200


def meter_columns(names: list[str]) -> list[str]:
    """List columns of one meter each: numbered alike, or named by long ids."""
    if len(names) < FEWEST_METERS or any(TARIFF.search(name) or PRODUCED.search(name) for name in names):
        return []
    if all(LONG_ID.match(name) for name in names):
        return names
    parts = [NUMBERED.fullmatch(name) for name in names]
    alike = {(part[1], part[3]) for part in parts if part}
    is_of_registers = any(CONSUMED.search(name) or TOTAL.search(name) for name in names)
    return names if all(parts) and len(alike) == 1 and not is_of_registers and "column " not in names[0] else []


def at_the_grid(consumed: list[str], produced: list[str]) -> tuple[list[str], list[str]]:
    """Choose what crosses the grid, where there are columns of both its directions."""
    of_grid = [[name for name in names if AT_THE_GRID.search(name)] for names in (consumed, produced)]
    return (of_grid[0], of_grid[1]) if all(of_grid) else (consumed, produced)


def narrowed(sheet: Sheet, names: list[str]) -> list[str]:
    """Choose among columns: their sum, tariffs to be summed, or what crosses the grid."""
    if len(names) < 2:
        return names
    if whole := _sum_of_the_others(sheet, names):
        return [whole]
    tariffs = [name for name in names if TARIFF.search(name)]
    untaxed = {re.sub(r"\W+", " ", TARIFF.sub(" ", name)).strip().casefold() for name in names}
    if len(tariffs) == len(names) and len(untaxed) == 1:
        return names
    if tariffs and len(names) - len(tariffs) == 1:
        return [name for name in names if name not in tariffs]
    of_grid = [name for name in names if AT_THE_GRID.search(name)]
    return narrowed(sheet, of_grid) if of_grid and len(of_grid) < len(names) else names


def _sum_of_the_others(sheet: Sheet, names: list[str]) -> str:
    form = notation([cell for name in names for cell in sheet.head.column(name)])
    rows = list(
        zip(*([form.amount(cell) or 0.0 for cell in sheet.head.cells(name)[:FEW_ROWS]] for name in names), strict=True)
    )
    for position, name in enumerate(names) if len(names) > 2 else ():
        if any(row[position] for row in rows) and all(
            abs(sum(row) - 2 * row[position]) <= SLACK * (1 + sum(row)) for row in rows
        ):
            return name
    return ""
