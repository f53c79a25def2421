"""Turn a mapping of meter files into parameters of ``sql/steps/mapping``."""

from decimal import Decimal

from wattlake.lake.mapping.energy import TOTAL
from wattlake.lake.mapping.meters import Mapping
from wattlake.lake.mapping.times import DAY_S, EPOCHS, HOURS, ISO, LONGEST_STEP_S, STEPS
from wattlake.lake.mapping.units import KW_PER_UNIT, KWH_PER_UNIT, grid_minutes
from wattlake.lake.mapping.word_parameters import word_parameters

PRODUCTION = "-production"
"""The suffix of a meter's id in the readings of its production."""

BLANKS = "[ \u00a0\u2009\u202f]"
"""The blanks that group thousands: the plain one, and those that no line is broken at."""


def meter_parameters(mapping: Mapping) -> dict[str, object]:
    """Give the parameters that mappings of meter files have alone."""
    return {
        "parts": _parts(mapping),
        "is_total": mapping.is_total,
        "is_net": mapping.energy.sign == "net",
        **_of_columns(mapping),
        **word_parameters(mapping),
        **_of_times(mapping),
        **_of_numbers(mapping),
    }


def _of_columns(mapping: Mapping) -> dict[str, object]:
    columns = mapping.columns
    return {
        "meter_id": columns.meter_id,
        "meter_column": columns.meter,
        "meter_pattern": columns.meter_from_file_name or "()",
        "is_summed": any(len(names) > 1 for names in (columns.consumed, columns.produced)),
        "register_column": columns.register_name,
        "code_column": columns.register_name or columns.code,
        "direction_column": columns.direction,
        "quality_column": columns.quality,
        "unit_column": columns.unit,
        "period_column": columns.period,
        "zone_column": columns.zone,
    }


def _of_times(mapping: Mapping) -> dict[str, object]:
    time, period = mapping.time, mapping.time.period_minutes
    minutes = period if isinstance(period, int) else None
    first_hour, last_hour = HOURS[time.hours] if time.hours else (None, None)
    return {
        "period_minutes": minutes,
        "slot_minutes": minutes or 60,
        "period_us": (minutes or 60) * 60_000_000,
        "grid_minutes": grid_minutes(minutes or 60),
        "grid_ms": grid_minutes(minutes or 60) * 60_000,
        # Where steps tell the period, a time is read as it stands and moved to its interval's start afterwards.
        "labels_ends": mapping.labels_ends and period != STEPS,
        "steps_end": mapping.labels_ends,
        "is_day_per_row": mapping.is_day_per_row,
        "is_elapsed": mapping.counts_from_midnight,
        "plural": "s" if time.hours else "",
        "microseconds": EPOCHS.get(time.formats[0]),
        "has_zones": mapping.columns.zone is not None or time.formats == [ISO],
        "is_iso": time.formats == [ISO],
        "has_decimals": any("%f" in time_format or "%n" in time_format for time_format in time.formats),
        "longest_step_s": DAY_S if mapping.is_day_per_row or time.hours else LONGEST_STEP_S,
        "separator": time.between,
        "separated_part": 2 if mapping.labels_ends else 1,
        "suffix": rf"\s*({'|'.join(map(_literally, time.suffix))})$" if time.suffix else None,
        "first_hour": first_hour,
        "last_hour": last_hour,
    }


def _of_numbers(mapping: Mapping) -> dict[str, object]:
    energy = mapping.energy
    unit = (energy.unit or "").removeprefix(TOTAL)
    size = {**KWH_PER_UNIT, **KW_PER_UNIT}.get(unit, Decimal(1)) * Decimal(energy.factor)
    hours = mapping.exact_hours if unit in KW_PER_UNIT else Decimal(1)
    mark = {" ": BLANKS, "'": "['’]", None: ""}.get(energy.thousands, rf"\{energy.thousands}")
    return {
        "unit": unit or None,
        "kwh_per_unit": size * (hours or 1),
        "is_power": hours is None,
        "thousands": mark or None,
        "grouped": rf"[+-]?\d{{1,3}}({mark}\d{{3}})+(\{energy.decimal}\d+)?",
        "missing": energy.missing or [" "],
    }


def _parts(mapping: Mapping) -> list[dict[str, object]]:
    """List the cells of a row that hold readings.

    Each has its columns, the interval of the day, its number's sign and kind (the suffix of the meter's id), and the
    meter's id where a column is a meter's.
    """
    columns, sign = mapping.columns, mapping.energy.sign
    cells: list[tuple[list[str], int, str, str | None]]
    cells = [([name], slot, sign, None) for slot, name in enumerate(columns.of_day)]
    cells += [([name], 0, sign, name) for name in columns.meters or []]
    cells += [(columns.consumed, 0, sign, None)] if columns.consumed else []
    cells += [(columns.produced, 0, "production", None)] if columns.produced else []
    kinds = [(*cell, 1, PRODUCTION if cell[2] == "production" else "") for cell in cells]
    kinds += [(*cell, -1, PRODUCTION) for cell in cells if cell[2] == "net"]
    return [
        {
            "column_names": names,
            "column_name": " + ".join(names),
            "slot": slot,
            "sign": factor,
            "suffix": suffix,
            "column_meter": meter,
        }
        for names, slot, _, meter, factor, suffix in kinds
    ]


def _literally(text: str) -> str:
    """Write a regular expression for a text as it stands."""
    return "".join(letter if letter.isalnum() else rf"\x{{{ord(letter):x}}}" for letter in text)
