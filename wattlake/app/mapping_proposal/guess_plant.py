"""Guesses at a plant's file: whose numbers, powers, yields, light and temperatures."""

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from wattlake.app.mapping_proposal.guess_times import guess_format, guess_times
from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.numbers import amounts, decimal_mark
from wattlake.app.mapping_proposal.times import read_times

HOLDS = {
    "ac_power": r"\bp_?ac\b|\bac[ _.]?(power|leistung)|active[ _.]?power|wirkleistung",
    "dc_power": r"\bp_?dc\b|\bdc[ _.]?(power|leistung)",
    "daily_yield": r"dai?ly[ _.]?(yield|energy)|day[ _.]?(yield|energy)|\be[-_.]?day|tagesertrag",
    "total_yield": r"total[ _.]?(yield|energy)|\be[-_.]?total|gesamtertrag|lifetime",
    "irradiance": r"irradi|einstrahlung|\bpoa|\bghi\b|\bgti\b",
    "module_temperature": r"(modul|cell|panel)\w*[ _.]?temp|t_?mod|modultemp",
    "ambient_temperature": r"(ambient|air|outside|umgebung)\w*[ _.]?temp|t_?amb|aussentemp",
}
"""Patterns of columns' names, by what the columns hold."""

PANEL = re.compile(r"source[ _]?key|inverter|wechselrichter|\bwr\b|panel|string|device|serial|sensor", re.IGNORECASE)
PLANT = re.compile(r"plant|\bsite|anlage|park\b|station|system", re.IGNORECASE)
MUCH_LIGHT_KW_PER_M2 = 5
"""No light is as strong: a larger number is W/m²."""


def plant_columns(names: list[str]) -> dict[str, str]:
    """List a plant's columns by what they hold; empty for a file of meters."""
    found: dict[str, str] = {}
    for what, pattern in HOLDS.items():
        named = [name for name in names if re.search(pattern, name, re.IGNORECASE) and name not in found.values()]
        if named:
            found[what] = named[0]
    return found if found.keys() & {"ac_power", "irradiance"} else {}


def guess_plant(found: Guess, head: Head, path: Path, columns: dict[str, str], times: list[str], zone: str) -> None:
    """Note whose the numbers are, their times and their units.

    Args:
        found: takes it.
        head: of the file.
        path: of the file.
        columns: of numbers, by what they hold.
        times: the columns of times; with those of times of day behind them.
        zone: the time zone where the file does not say one.
    """
    panel = _whose(found, head, path, "panel", PANEL, [*columns.values(), *times])
    _whose(found, head, path, "plant", PLANT, [*columns.values(), *times, panel])
    whose = head.column(panel)[:1] if panel else []
    of_one = [row for row in head.rows if not whose or row[head.names.index(panel)].strip() == whose[0]]
    one = Head(head.encoding, head.delimiter, head.skip_lines, head.header, head.names, of_one)
    clocks = times[1:]
    guess_times(found, one, path, times[:1], clocks)
    guess_format(found, one, zone)
    _shorter_period(found, one)
    for what, name in columns.items():
        found.set(f"columns.{what}", name)
    _units(found, head, columns)


def _whose(found: Guess, head: Head, path: Path, who: str, pattern: re.Pattern[str], taken: list[str]) -> str:
    named = [name for name in head.names if pattern.search(name) and name not in taken]
    if named:
        found.set(f"columns.{who}", named[0])
        return named[0]
    found.set(f"columns.{who}_id", path.name.partition(".")[0], f"no column names the {who}: this is the file's name")
    return ""


def _shorter_period(found: Guess, head: Head) -> None:
    """Note the shortest step of the times: inverters are read more often than meters."""
    keys = [key for key in ("datetime", "date", "time") if f"columns.{key}" in found.keys]
    positions = [head.names.index(found.text(f"columns.{key}")) for key in keys]
    texts = [" ".join(row[position].strip() for position in positions) for row in head.rows]
    at = sorted(set(read_times([text for text in texts if text.strip()], found.text("time.format"))))
    steps = [(later - earlier) // timedelta(minutes=1) for earlier, later in pairwise(at)]
    if steps and min(steps) in (1, 5, 10, 15, 30, 60):
        found.set("time.period_minutes", min(steps))
        found.remarks.pop("time.period_minutes", None)


def _units(found: Guess, head: Head, columns: dict[str, str]) -> None:
    power = columns.get("ac_power", columns.get("dc_power", ""))
    unit = re.search(r"(?<![a-z])([km]?w)(?![a-z/])", power, re.IGNORECASE)
    said = {"w": "W", "kw": "kW", "mw": "MW"}.get(unit[1].lower() if unit else "", "")
    found.set("power.unit", said or "kW", "" if said or not power else "a guess: nothing names a unit")
    yields = " ".join(columns.get(one, "") for one in ("daily_yield", "total_yield"))
    if yields.strip():
        said = next((one for one in ("kWh", "MWh", "Wh") if one.lower() in yields.lower()), "")
        found.set("power.yield_unit", said or "kWh", "" if said else "a guess: nothing names a unit")
    if "irradiance" in columns:
        strongest = max(amounts(head.column(columns["irradiance"])), default=0)
        is_sure = strongest > MUCH_LIGHT_KW_PER_M2
        said = "W/m²" if is_sure or strongest == 0 else "kW/m²"
        found.set("power.irradiance_unit", said, "" if is_sure else f"a guess: the head has no more than {strongest:g}")
    cells = [cell for name in columns.values() for cell in head.column(name)]
    found.set("power.decimal", decimal_mark(cells))
