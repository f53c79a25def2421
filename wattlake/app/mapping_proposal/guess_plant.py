"""Guesses at a plant's file: whose numbers, powers, yields, light and temperatures."""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.crowding import clashes
from wattlake.app.mapping_proposal.guess_energy import unit_in
from wattlake.app.mapping_proposal.guess_times import Instants, guess_times
from wattlake.app.mapping_proposal.guessed import Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.numbers import notation
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet

PANEL = re.compile(r"source[ _]?key|inverter|wechselrichter|\bwr\b|panel|string|device|serial|sensor", re.IGNORECASE)
PLANT = re.compile(r"plant|\bsite|anlage|park\b|station|system", re.IGNORECASE)
MUCH_LIGHT_KW_PER_M2 = 5
"""No light is as strong: a larger number is W/m²."""

PERIODS = (1, 5, 10, 15, 30, 60)
POWERS = ("W", "kW", "MW")


def guess_plant(guess: Guess, sheet: Sheet, path: Path, columns: dict[str, str], given: Given) -> None:
    """Note whose the numbers are, their times and their units.

    Args:
        guess: takes it.
        sheet: the columns.
        path: the file.
        columns: of numbers, by what they hold.
        given: what the user said.
    """
    at = guess_times(guess, sheet, path, given)
    taken = [*columns.values(), *sheet.instants, *sheet.dates, *sheet.clocks]
    panel = _whose(guess, sheet, path, "panel", PANEL, taken) or _by_times(guess, sheet, at, columns, path)
    _whose(guess, sheet, path, "plant", PLANT, [*taken, panel])
    keys = [(cell,) for cell in sheet.head.cells(panel)] if panel else [()] * len(at)
    minutes = Series(sheet.head, at, keys).minutes
    if minutes in PERIODS or not minutes:
        guess.set("time.period_minutes", minutes or 30, "" if minutes else "a guess: the times are not that far apart")
    else:
        raise NoProposalError(
            f"{path}: the times are {minutes} minutes apart; of plants {', '.join(map(str, PERIODS))} are read."
        )
    for what, name in columns.items():
        guess.set(f"columns.{what}", name)
    _units(guess, sheet, columns, given)


def _whose(guess: Guess, sheet: Sheet, path: Path, who: str, pattern: re.Pattern[str], taken: list[str]) -> str:
    named = [
        name for name in sheet.head.names if pattern.search(name) and name not in taken and sheet.head.column(name)
    ]
    if named:
        guess.set(f"columns.{who}", named[0])
        return named[0]
    guess.set(f"columns.{who}_id", path.name.partition(".")[0], f"no column names the {who}: this is the file's name")
    return ""


def _by_times(guess: Guess, sheet: Sheet, at: Instants, columns: dict[str, str], path: Path) -> str:
    """Note the column with which each time stands once, whatever it is called.

    Raises:
        NoProposalError: times stand several times with other numbers, and no column tells them apart.
    """
    head = sheet.head
    rows = list(zip(*(head.cells(name) for name in columns.values()), strict=True))
    if not clashes(at, [()] * len(at), rows):
        return ""
    for name in (*sheet.words, *sheet.numbers):
        if name not in columns.values() and not clashes(at, [(cell,) for cell in head.cells(name)], rows):
            guess.drop("columns.panel_id")
            guess.set("columns.panel", name, "because with it each time stands once")
            return name
    raise NoProposalError(
        f"{path}: the same time stands several times with other numbers, and no column tells inverters apart."
    )


def _units(guess: Guess, sheet: Sheet, columns: dict[str, str], given: Given) -> None:
    head = sheet.head
    power = columns.get("ac_power", columns.get("dc_power", ""))
    unit = given.unit if given.unit in POWERS else unit_in(head.unit_of(power) if power and head.units else power)
    unit = unit if unit in POWERS else ""
    guess.set("power.unit", unit or "kW", "" if unit or not power else "a guess: nothing names a unit")
    yields = " ".join(columns.get(name, "") for name in ("daily_yield", "total_yield"))
    if yields.strip():
        unit = next((name for name in ("kWh", "MWh", "Wh") if name.lower() in yields.lower()), "")
        guess.set("power.yield_unit", unit or "kWh", "" if unit else "a guess: nothing names a unit")
    written = notation([cell for name in columns.values() for cell in head.column(name)])
    if "irradiance" in columns:
        light = [written.amount(cell) or 0.0 for cell in head.column(columns["irradiance"])]
        strongest = max(light, default=0)
        is_sure = strongest > MUCH_LIGHT_KW_PER_M2
        unit = "W/m²" if is_sure or strongest == 0 else "kW/m²"
        guess.set("power.irradiance_unit", unit, "" if is_sure else f"a guess: the head has no more than {strongest:g}")
    guess.set("power.decimal", written.decimal)
    if written.thousands:
        raise NoProposalError(
            "The plant's numbers have a grouping mark, which a mapping of plants cannot say: export them without."
        )
