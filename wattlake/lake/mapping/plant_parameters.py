"""Turn a mapping of plants' files into parameters of ``sql/steps/mapping``."""

from wattlake.lake.mapping.plants import NUMBERS, PlantMapping
from wattlake.lake.mapping.times import LONGEST_STEP_S
from wattlake.lake.mapping.units import KWH_PER_UNIT, W_PER_UNIT


def plant_parameters(mapping: PlantMapping) -> dict[str, object]:
    """Give the parameters that mappings of plants' files have alone."""
    columns, power, minutes = mapping.columns, mapping.power, mapping.time.period_minutes
    numbers: dict[str, object] = {name: columns.numbers.get(name) for name in NUMBERS}
    return numbers | {
        "plant_id": columns.plant_id,
        "plant_column": columns.plant,
        "plant_pattern": columns.plant_from_file_name or "()",
        "panel_id": columns.panel_id,
        "panel_column": columns.panel,
        "panel_pattern": columns.panel_from_file_name or "()",
        "period_minutes": minutes,
        "slot_minutes": minutes,
        "label_minutes": minutes if mapping.time.label == "end" else 0,
        "longest_step_s": LONGEST_STEP_S,
        "has_zones": False,
        "is_day_per_row": False,
        "is_elapsed": False,
        "w_per_unit": W_PER_UNIT[power.unit],
        "kwh_per_unit": KWH_PER_UNIT[power.yield_unit],
        "w_per_m2_per_unit": W_PER_UNIT[power.irradiance_unit.removesuffix("/m²")],
    }
