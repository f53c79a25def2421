"""The columns of a plant's file, by what they hold."""

import re

from wattlake.app.mapping_proposal.guess_energy import unit_in
from wattlake.app.mapping_proposal.guessed import Given, NoProposalError
from wattlake.app.mapping_proposal.sheet import Sheet

HOLDS = {
    "ac_power": r"(?<![a-z])p_?ac(?![a-z])|(?<![a-z])ac[ _.]?(power|leistung)|active[ _.]?power|wirkleistung",
    "dc_power": r"(?<![a-z])p_?dc(?![a-z])|(?<![a-z])dc[ _.]?(power|leistung)",
    "daily_yield": r"dai?ly[ _.]?(yield|energy)|day[ _.]?(yield|energy)|\be[-_.]?day|tagesertrag",
    "total_yield": r"total[ _.]?(yield|energy)|\be[-_.]?total|gesamtertrag|lifetime",
    "irradiance": r"irradi|einstrahlung|(?<![a-z])poa|(?<![a-z])ghi(?![a-z])|(?<![a-z])gti(?![a-z])",
    "module_temperature": r"(modul|cell|panel)\w*[ _.]?temp|t_?mod|modultemp",
    "ambient_temperature": r"(ambient|air|outside|umgebung)\w*[ _.]?temp|t_?amb|aussentemp",
}
"""Patterns of columns' names, by what the columns hold."""

POWER = re.compile(r"power|leistung|output|(?<![a-z])k?w(?![a-z])|puissance|potencia", re.IGNORECASE)
NO_POWER = re.compile(
    r"reactive|blind|apparent|factor|set.?point|limit|rated|kwp|grid|netz|load|import|bezug", re.IGNORECASE
)
OF_A_PLANT = re.compile(r"inverter|wechselrichter|panel|string|source[ _]?key", re.IGNORECASE)
POWERS = ("W", "kW", "MW")


def plant_columns(sheet: Sheet, given: Given) -> dict[str, str]:
    """List a plant's columns by what they hold; empty for a file of meters."""
    if given.values or given.production or given.meter:
        return {}
    columns: dict[str, str] = {}
    for what, pattern in HOLDS.items():
        free = [name for name in sheet.numbers if name not in columns.values() and not NO_POWER.search(name)]
        named = [name for name in free if re.search(pattern, name, re.IGNORECASE)]
        if len(named) > 1 and what == "ac_power":
            raise NoProposalError(
                f"Its powers stand in several columns, `{'`, `'.join(named)[:300]}`, but a mapping of a plant reads "
                "one inverter in a row. Export one inverter per row, with its name in a column."
            )
        if named:
            columns[what] = named[0]
    has_panels = any(OF_A_PLANT.search(name) for name in (*sheet.words, *sheet.numbers) if name not in columns.values())
    powers = [
        name
        for name in sheet.numbers
        if POWER.search(name) and not NO_POWER.search(name) and name not in columns.values()
    ]
    is_of_plant = bool(columns.keys() & {"ac_power", "irradiance", "dc_power"}) or has_panels
    if "ac_power" not in columns and is_of_plant and powers:
        columns["ac_power"] = next((name for name in powers if unit_in(name) in POWERS), powers[0])
    return columns if columns.keys() & {"ac_power", "irradiance"} and not _is_of_meters(sheet, columns) else {}


def _is_of_meters(sheet: Sheet, columns: dict[str, str]) -> bool:
    """Say whether energies stand beside the light, as in a portal's report of a home."""
    energies = [
        name for name in sheet.numbers if unit_in(name) in ("Wh", "kWh", "MWh") and name not in columns.values()
    ]
    return "ac_power" not in columns and bool(energies)
