"""Turn a mapping into the parameters of ``sql/steps/mapping``."""

import re
from decimal import Decimal

from wattlake.lake.mapping import AnyMapping, Mapping, PlantMapping
from wattlake.lake.mapping.plants import NUMBERS

W_PER_UNIT = {"W": 1, "kW": 1_000, "MW": 1_000_000}
KWH_PER_UNIT = {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}
PRODUCTION = "-production"
"""The suffix of a meter's id in the readings of its production."""

TO_THE_DAYS_END = {"M": "00", "S": "00", "f": "0+"}
Parameters = dict[str, object]


def parameters(mapping: AnyMapping) -> Parameters:
    """Give the parameters of the SELECTs of ``sql/steps/mapping``, by name.

    Their values are taken from the mapping.
    """
    columns, time = mapping.columns, mapping.time
    of_its_own: Parameters = _of_plant(mapping) if isinstance(mapping, PlantMapping) else _of_meters(mapping)
    return of_its_own | {
        "date_column": columns.datetime or columns.date,
        "time_column": columns.time,
        "formats": time.formats,
        "end_of_day": _end_of_day(time.formats),
        "zone": time.zone,
        "period_minutes": time.period_minutes,
        "decimal_mark": mapping.decimal_mark,
        "provenance": mapping.provenance,
    }


def _of_meters(mapping: Mapping) -> Parameters:
    columns, time, energy = mapping.columns, mapping.time, mapping.energy
    minutes = time.period_minutes
    return {
        "parts": _parts(mapping),
        "meter_id": columns.meter_id,
        "meter_column": columns.meter,
        "meter_pattern": columns.meter_from_file_name or "()",
        "label_minutes": minutes if mapping.labels_ends else 0,
        "is_day_per_row": mapping.is_day_per_row,
        "is_elapsed": mapping.is_day_per_row and time.day_columns == "elapsed",
        "kwh_per_unit": KWH_PER_UNIT.get((energy.unit or "").removeprefix("total "), Decimal(minutes) / 60),
        "is_total": mapping.is_total,
        "is_net": energy.sign == "net",
    }


def _of_plant(mapping: PlantMapping) -> Parameters:
    columns, power = mapping.columns, mapping.power
    numbers: Parameters = {name: columns.numbers.get(name) for name in NUMBERS}
    return numbers | {
        "plant_id": columns.plant_id,
        "plant_column": columns.plant,
        "plant_pattern": columns.plant_from_file_name or "()",
        "panel_id": columns.panel_id,
        "panel_column": columns.panel,
        "panel_pattern": columns.panel_from_file_name or "()",
        "label_minutes": mapping.time.period_minutes if mapping.time.label == "end" else 0,
        "is_day_per_row": False,
        "is_elapsed": False,
        "w_per_unit": W_PER_UNIT[power.unit],
        "kwh_per_unit": KWH_PER_UNIT[power.yield_unit],
        "w_per_m2_per_unit": W_PER_UNIT[power.irradiance_unit.removesuffix("/m²")],
    }


def _parts(mapping: Mapping) -> list[dict[str, object]]:
    """List the cells of a row that hold readings.

    Each has its column, the interval of the day, and its number's sign and kind (the suffix of the meter's id).
    """
    columns, sign = mapping.columns, mapping.energy.sign
    cells = [(name, slot, sign) for slot, name in enumerate(columns.of_day or columns.consumed)]
    if columns.production:
        cells.append((columns.produced[0], 0, "production"))
    parts = [(name, slot, 1, PRODUCTION if sign == "production" else "") for name, slot, sign in cells]
    parts += [(name, slot, -1, PRODUCTION) for name, slot, sign in cells if sign == "net"]
    return [{"column_name": name, "slot": slot, "sign": sign, "suffix": suffix} for name, slot, sign, suffix in parts]


def _end_of_day(formats: list[str]) -> str:
    """Write a regular expression for a time of these formats at 24:00.

    Its groups are the text before the 24 and the text after it.
    """
    halves = [
        time_format.replace("%-H", "%H").partition("%H") for time_format in formats if re.search("%-?H", time_format)
    ]
    before, after = ("|".join(_shown(half[side]) for half in halves) for side in (0, 2))
    return f"^({before})24({after})$"


def _shown(time_format: str) -> str:
    """Write a regular expression for a part of a time, at the full hour."""
    pieces = re.split(r"(%-?[A-Za-z])", time_format)
    return "".join(
        TO_THE_DAYS_END.get(piece[-1], r"[^\s]+") if piece.startswith("%") else re.escape(piece) for piece in pieces
    )
