"""Turn a mapping into the parameters of ``sql/steps/mapping``."""

import re

from wattlake.lake.mapping import AnyMapping, Mapping, PlantMapping, PriceMapping, RegisterMapping, StationMapping
from wattlake.lake.mapping.meter_parameters import meter_parameters
from wattlake.lake.mapping.plant_parameters import plant_parameters
from wattlake.lake.mapping.prices import price_parameters
from wattlake.lake.mapping.registers import register_parameters
from wattlake.lake.mapping.stations import station_parameters

TO_THE_DAYS_END = {"M": "00", "S": "00", "f": "0+", "n": "0+"}
Parameters = dict[str, object]


def parameters(mapping: AnyMapping) -> Parameters:
    """Give the parameters of the SELECTs of ``sql/steps/mapping``, by name.

    Their values are taken from the mapping.
    """
    if isinstance(mapping, RegisterMapping):
        return register_parameters(mapping)
    columns, time = mapping.columns, mapping.time
    # With %n a second may have up to nine decimals, with %f no more than six.
    formats = [time_format.replace("%f", "%n") for time_format in time.strptime_formats] or ["%Y"]
    return _own(mapping) | {
        "date_column": columns.datetime or columns.date,
        "time_column": columns.time,
        "formats": formats,
        "swapped_formats": [swapped.replace("%f", "%n") for swapped in time.swapped_formats] or ["%Y"],
        "end_of_day": _end_of_day(formats),
        "zone": time.zone,
        "decimal_mark": mapping.decimal_mark,
        "provenance": mapping.provenance,
    }


def _own(mapping: Mapping | PlantMapping | PriceMapping | StationMapping) -> Parameters:
    """Give the parameters that only mappings of this kind have."""
    if isinstance(mapping, PlantMapping):
        return plant_parameters(mapping)
    if isinstance(mapping, PriceMapping):
        return price_parameters(mapping)
    return station_parameters(mapping) if isinstance(mapping, StationMapping) else meter_parameters(mapping)


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
